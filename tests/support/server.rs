//! The real binary as a running server: started on a free port, asked over HTTP, stopped with SIGTERM
//! as an operator would.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use super::block_on;
use super::watchdog::Watchdog;

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A running `bandoso`.
pub struct Server {
    child: Child,
    _watchdog: Watchdog,
    /// `http://127.0.0.1:PORT`
    pub base_url: String,
    log: Log,
    client: reqwest::Client,
}

/// What an HTTP request was answered with.
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    /// A header as text, empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("not JSON ({e}): {}", self.text()))
    }
}

type Log = Arc<Mutex<Vec<String>>>;

impl Server {
    /// Starts the binary with these arguments and `--listen 127.0.0.1:0`, and waits until it is ready.
    pub fn start(args: &[&str]) -> Self {
        Self::start_with(args, &[])
    }

    /// [`Server::start`] with environment variables.
    pub fn start_with(args: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::start_by(&[], args, environment)
    }

    /// [`Server::start_with`], run by a command that becomes the binary, such as `prlimit`.
    pub fn start_by(by: &[&str], args: &[&str], environment: &[(&str, &str)]) -> Self {
        let server = Self::listening(by, args, environment);
        server.wait_until_ready();
        server
    }

    /// Starts the binary and waits until it listens, which it does before it has loaded anything.
    pub fn start_unready(args: &[&str]) -> Self {
        Self::listening(&[], args, &[])
    }

    fn listening(by: &[&str], args: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = command_by(by, args, environment)
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let watchdog = Watchdog::over(child.id());
        let log = Log::default();
        let (tell_address, address) = mpsc::channel();
        follow(child.stdout.take().expect("piped"), &log, &tell_address);
        follow(child.stderr.take().expect("piped"), &log, &tell_address);
        // both readers end, and with them the channel, when the process dies
        drop(tell_address);
        let Ok(base_url) = address.recv_timeout(START_LIMIT) else {
            let _ = child.kill();
            let status = child.wait();
            panic!("{args:?} printed no address ({status:?}):\n{}", log.lock().unwrap().join("\n"));
        };
        Self { child, _watchdog: watchdog, base_url, log, client: client() }
    }

    /// Waits as long as the log goes on: a large town takes minutes to load.
    fn wait_until_ready(&self) {
        let (mut since, mut lines) = (Instant::now(), 0);
        while self.get("/health/ready").status != 200 {
            let now = self.log.lock().unwrap().len();
            if now > lines {
                (since, lines) = (Instant::now(), now);
            }
            assert!(since.elapsed() < START_LIMIT, "never ready:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// GET of a path.
    pub fn get(&self, path: &str) -> Reply {
        self.request(path, &[])
    }

    /// GET of a path with headers. Nothing is unpacked: a gzip body comes as it was sent.
    pub fn request(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = self.client.get(format!("{}{path}", self.base_url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(path, request)
    }

    /// POST of a body of this type.
    pub fn post(&self, path: &str, content_type: &str, body: &str) -> Reply {
        let request = self.client.post(format!("{}{path}", self.base_url));
        self.send(path, request.header("content-type", content_type).body(body.to_owned()))
    }

    fn send(&self, path: &str, request: reqwest::RequestBuilder) -> Reply {
        block_on(|| async {
            let answer = match request.send().await {
                Ok(answer) => answer,
                Err(e) => panic!("{path}: {e}\n{}", self.log()),
            };
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            let body = answer.bytes().await.expect("a whole body").to_vec();
            Reply { status, headers, body }
        })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything it wrote so far, standard output and error mixed.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    /// Sends a signal by name, such as `HUP`.
    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(kill.expect("kill starts").success());
    }

    /// Waits until a line of the log contains the text.
    pub fn wait_for_log(&self, text: &str) {
        let started = Instant::now();
        while !self.log().contains(text) {
            assert!(started.elapsed() < START_LIMIT, "the log never said {text:?}:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it with SIGTERM, insists on exit code 0 and gives the log.
    pub fn stop(mut self) -> String {
        self.signal("TERM");
        let status = wait(&mut self.child, STOP_LIMIT);
        assert!(status.is_some_and(|s| s.success()), "ended with {status:?} on SIGTERM:\n{}", self.log());
        self.log()
    }

    /// Runs the binary to its end and gives exit code, standard output and standard error.
    pub fn run(args: &[&str]) -> (i32, String, String) {
        Self::run_with(args, &[])
    }

    /// [`Server::run`] with environment variables.
    pub fn run_with(args: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
        let output = command(args, environment).stdin(Stdio::null()).output().expect("the binary starts");
        (
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&output.stdout).into_owned(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    }

    /// Runs the binary, insists that it fails, and gives exit code and standard error.
    pub fn expect_failure(args: &[&str]) -> (i32, String) {
        let (code, stdout, stderr) = Self::run(args);
        assert_ne!(code, 0, "{args:?} succeeded:\n{stdout}\n{stderr}");
        (code, stderr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every call runs in a runtime of its own, and a pooled connection dies with the runtime it was made in:
/// so nothing is pooled.
fn client() -> reqwest::Client {
    reqwest::Client::builder().pool_max_idle_per_host(0).build().expect("a client")
}

fn command(args: &[&str], environment: &[(&str, &str)]) -> Command {
    command_by(&[], args, environment)
}

fn command_by(by: &[&str], args: &[&str], environment: &[(&str, &str)]) -> Command {
    let words = [by, &[env!("CARGO_BIN_EXE_bandoso")], args].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    // what the developer has set must not steer a test
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BANDOSO_") || name == "DATABASE_URL" {
            command.env_remove(name);
        }
    }
    // secrets of ids are not kept in the developer's own folder
    command.env("STATE_DIRECTORY", env!("CARGO_TARGET_TMPDIR"));
    command.envs(environment.iter().copied());
    command
}

fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    loop {
        match child.try_wait().expect("the child is ours") {
            Some(status) => return Some(status),
            None if started.elapsed() > limit => return None,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Collects lines and tells the first `http://127.0.0.1:PORT` among them.
fn follow(stream: impl Read + Send + 'static, log: &Log, tell_address: &mpsc::Sender<String>) {
    let (log, tell_address) = (Arc::clone(log), tell_address.clone());
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some(address) = address_in(&line) {
                let _ = tell_address.send(address);
            }
            log.lock().unwrap().push(line);
        }
    });
}

fn address_in(line: &str) -> Option<String> {
    const START: &str = "http://127.0.0.1:";
    let at = line.find(START)?;
    let port: String = line[at + START.len()..].chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty()).then(|| format!("{START}{port}"))
}
