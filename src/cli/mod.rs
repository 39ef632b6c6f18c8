//! The command line: one verb a file. What a test would want to call lives in the other rooms.

mod codes;
mod datasets;
mod day;
mod demo;
mod export;
mod failure;
mod import;
mod load;
mod migrate;
mod progress;
mod secrets;
mod serve;
mod signals;
mod town_arguments;
mod verbs;
mod verify;

use std::io::Write;

use clap::Parser;
use secrets::without_secrets;
use tracing_subscriber::EnvFilter;
use verbs::{LogFormat, Verb};

/// Digital map and digital address server (bản đồ số và địa chỉ số): holds a town's land, planning and
/// address layers in memory and answers with vector tiles, addresses and planning reports.
#[derive(Parser)]
#[command(version, about, long_about = None, after_help = "Try it:  bandoso demo   and open http://localhost:8080")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,

    /// How the log is written.
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, env = "BANDOSO_LOG_FORMAT")]
    log_format: LogFormat,
}

/// The exit code of a command that did what it was asked.
const SUCCESS: i32 = 0;
/// The exit code of a command that could not.
const FAILURE: i32 = 1;
/// The exit code where the arguments are wrong.
const WRONG_ARGUMENTS: i32 = 2;

/// Runs the command line of this process and ends it; a failure is one sentence on standard error and exit
/// code 1 (2 where the arguments are wrong).
///
/// The process ends without the destructors of static data in C and C++ libraries: a thread that was asked to
/// stop while loading may still be inside PROJ, and would find its data gone.
pub fn run() -> ! {
    let code = exit_code();
    // the answer could not be written, and there is nowhere else to say so
    let _ = std::io::stdout().flush();
    signal_hook::low_level::exit(code)
}

fn exit_code() -> i32 {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    start_log(arguments.log_format);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let result = runtime.block_on(arguments.verb.run());
    // a blocking read of a terminal or a database must not keep a finished command alive
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match result {
        Ok(()) => SUCCESS,
        Err(error) => fail(error.as_ref()),
    }
}

/// Help and version as they are; a wrong argument without what may be a password.
fn refuse(error: &clap::Error) -> i32 {
    if error.use_stderr() {
        eprint!("{}", without_secrets(&error.render().to_string()));
        return WRONG_ARGUMENTS;
    }
    match error.print() {
        Ok(()) => SUCCESS,
        Err(_) => FAILURE,
    }
}

fn fail(error: &dyn std::error::Error) -> i32 {
    eprintln!("bandoso: {}", without_secrets(&error.to_string()));
    FAILURE
}

/// The log goes to standard error; `RUST_LOG` sets the level (`bandoso=debug` logs every request by
/// its route template).
fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,bandoso=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => {
            use std::io::IsTerminal;
            log.with_target(false).with_ansi(std::io::stderr().is_terminal()).init();
        }
        LogFormat::Json => log.json().init(),
    }
}
