//! A private PostgreSQL cluster with PostGIS: made in a temporary folder, on a free port, gone with
//! the test process. It answers on 127.0.0.1 and on a socket in its own folder, and trusts everyone.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection};

use super::{Database, block_on};

/// The oldest PostgreSQL the schema is written for.
const OLDEST_POSTGRESQL: u32 = 15;
const START_LIMIT: Duration = Duration::from_secs(60);
/// Holds the extensions, so that a fresh database is a copy and not 0.5 s of CREATE EXTENSION.
const TEMPLATE: &str = "bandoso_test_template";
const WHAT_TO_DO: &str = "run the tests with `scripts/test`, which installs PostgreSQL and PostGIS";

/// A running cluster.
pub struct Cluster {
    /// `postgres://user@host:port`, without a database.
    base_url: String,
    /// Its standard input is open as long as this value lives, and the guard reads from it.
    guard: Option<Child>,
}

impl Cluster {
    /// The cluster of this test process, started at first use, or the one that
    /// `$BANDOSO_TEST_CLUSTER` names (`scripts/test` starts one for all test processes).
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| {
            let cluster = match std::env::var("BANDOSO_TEST_CLUSTER") {
                Ok(url) => Self { base_url: without_database(&url), guard: None },
                Err(_) => Self::start(&[]),
            };
            block_on(|| cluster.make_template());
            cluster
        })
    }

    /// A new database with PostGIS and btree_gist in it and nothing else; dropped with the value.
    pub fn fresh_database(&self) -> Database {
        self.copy(TEMPLATE)
    }

    /// A new database with all that is in another one, to which nobody may be connected.
    pub fn copy_of(&self, database: &Database) -> Database {
        self.copy(database.name())
    }

    fn copy(&self, template: &str) -> Database {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        block_on(|| self.run_in("postgres", &sql));
        Database::new(self.url(&name), self.url("postgres"), name)
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("{}/{database}", self.base_url)
    }

    /// The folder its socket is in, where it tells.
    pub fn socket_folder(&self) -> PathBuf {
        let folders = block_on(|| async {
            let mut admin = PgConnection::connect(&self.url("postgres")).await.expect("the cluster answers");
            let folders: String =
                sqlx::query_scalar("SHOW unix_socket_directories").fetch_one(&mut admin).await.unwrap();
            folders
        });
        PathBuf::from(folders.split(',').next().unwrap_or_default().trim())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        let port = self.base_url.rsplit(':').next().and_then(|port| port.parse().ok());
        port.unwrap_or(5432)
    }

    /// Which PostgreSQL it is.
    pub fn version(&self) -> String {
        block_on(|| async {
            let mut admin = PgConnection::connect(&self.url("postgres")).await.expect("the cluster answers");
            sqlx::query_scalar("SHOW server_version").fetch_one(&mut admin).await.unwrap()
        })
    }

    /// The process that all of it descends from, where this process started it.
    pub fn guard_id(&self) -> Option<u32> {
        self.guard.as_ref().map(Child::id)
    }

    /// A cluster of its own with these settings (`work_mem=50MB`); it ends when it is dropped.
    pub fn start(settings: &[&str]) -> Self {
        let bin = newest_postgresql();
        // Short, because a socket's path may not be longer than 107 bytes.
        let folder = tempfile::Builder::new().prefix("bandoso-pg-").tempdir().unwrap().keep();
        let is_root = own_id("-u") == "0";
        if is_root {
            let chown = Command::new("chown").arg("postgres:").arg(&folder).status().expect("chown starts");
            assert!(chown.success(), "no user `postgres` to run PostgreSQL as: {WHAT_TO_DO}");
        }
        let data = folder.join("data");
        let initdb = as_database_user(is_root, &bin.join("initdb"))
            .args(["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
            .arg("--pgdata")
            .arg(&data)
            .output()
            .expect("initdb starts");
        assert!(
            initdb.status.success(),
            "initdb failed: {}\n{WHAT_TO_DO}",
            String::from_utf8_lossy(&initdb.stderr)
        );
        let port = free_port();
        let guard = spawn_guarded(is_root, &bin.join("postgres"), &folder, &data, port, settings);
        let cluster = Self { base_url: format!("postgres://postgres@127.0.0.1:{port}"), guard: Some(guard) };
        let log = folder.join("log");
        block_on(|| cluster.wait_until_it_answers(&log));
        cluster
    }

    async fn wait_until_it_answers(&self, log: &Path) {
        let started = Instant::now();
        loop {
            match PgConnection::connect(&self.url("postgres")).await {
                Ok(connection) => return connection.close().await.unwrap(),
                Err(e) if started.elapsed() > START_LIMIT => {
                    let log = std::fs::read_to_string(log).unwrap_or_default();
                    panic!("PostgreSQL did not answer within {START_LIMIT:?}: {e}\n{log}")
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }

    async fn make_template(&self) {
        let mut admin = PgConnection::connect(&self.url("postgres")).await.expect("the cluster answers");
        // Several test processes may come to one cluster at once.
        admin.execute("SELECT pg_advisory_lock(20250701)").await.unwrap();
        let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(TEMPLATE)
            .fetch_one(&mut admin)
            .await
            .unwrap();
        if !known {
            let making = format!("{TEMPLATE}_making");
            admin.execute(sqlx::AssertSqlSafe(format!("DROP DATABASE IF EXISTS {making}"))).await.unwrap();
            admin.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {making}"))).await.unwrap();
            self.run_in(&making, "CREATE EXTENSION postgis; CREATE EXTENSION btree_gist").await;
            admin
                .execute(sqlx::AssertSqlSafe(format!("ALTER DATABASE {making} RENAME TO {TEMPLATE}")))
                .await
                .unwrap();
        }
        admin.close().await.unwrap();
    }

    async fn run_in(&self, database: &str, sql: &str) {
        let mut connection = PgConnection::connect(&self.url(database)).await.expect("the cluster answers");
        if let Err(e) = connection.execute(sqlx::AssertSqlSafe(sql)).await {
            panic!("{sql}: {e}\n{WHAT_TO_DO}");
        }
        connection.close().await.unwrap();
    }
}

fn without_database(url: &str) -> String {
    let authority = url.find("://").map_or(0, |i| i + 3);
    let end = url[authority..].find('/').map_or(url.len(), |i| authority + i);
    url[..end].to_owned()
}

/// The programs of the newest PostgreSQL here, as Debian lays them out or by `pg_config`.
fn newest_postgresql() -> PathBuf {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| {
            *version >= OLDEST_POSTGRESQL
                && Path::new(&format!("/usr/lib/postgresql/{version}/bin/initdb")).is_file()
        })
        .max()
        .map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    newest
        .or_else(|| {
            let output = Command::new("pg_config").arg("--bindir").output().ok()?;
            let bin = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
            bin.join("initdb").is_file().then_some(bin)
        })
        .unwrap_or_else(|| panic!("no PostgreSQL {OLDEST_POSTGRESQL} or newer here: {WHAT_TO_DO}"))
}

fn own_id(which: &str) -> String {
    let id = Command::new("id").arg(which).output().expect("id starts");
    String::from_utf8_lossy(&id.stdout).trim().to_owned()
}

/// PostgreSQL refuses to run as root.
fn as_database_user(is_root: bool, program: &Path) -> Command {
    let mut command = if is_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // The working folder may be closed to the other user.
    command.current_dir("/").env("LC_ALL", "C.UTF-8");
    command
}

/// Starts PostgreSQL under a shell that waits at the end of a pipe. When this process is gone, the
/// shell stops the server by its own number and removes the folder.
fn spawn_guarded(
    is_root: bool,
    postgres: &Path,
    folder: &Path,
    data: &Path,
    port: u16,
    settings: &[&str],
) -> Child {
    const GUARD: &str = r#"
        folder=$1; shift
        trap '' INT TERM HUP
        "$@" >"$folder/log" 2>&1 </dev/null &
        server=$!
        read -r _
        kill -QUIT $server 2>/dev/null    # immediate shutdown: nothing here is worth a checkpoint
        wait $server
        rm -rf "$folder""#;
    let mut guard = as_database_user(is_root, Path::new("sh"));
    guard.args(["-c", GUARD, "postgres-guard"]).arg(folder).arg(postgres).arg("-D").arg(data);
    let socket_folder = format!("unix_socket_directories={}", folder.display());
    let port = format!("port={port}");
    let usual = [
        port.as_str(),
        socket_folder.as_str(),
        "listen_addresses=127.0.0.1",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_wal_size=4GB",
        "max_connections=200",
    ];
    for setting in usual.iter().chain(settings) {
        guard.arg("-c").arg(setting);
    }
    guard
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("sh starts")
}

/// A port nobody listens on now. Another process may take it first: then the server does not answer
/// and the test fails, which has not been seen.
pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}
