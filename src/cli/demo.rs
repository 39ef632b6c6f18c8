//! `bandoso demo`: make the demo town if it is missing, and serve it.

use std::net::SocketAddr;

use clap::Args;

use super::serve;
use super::verbs::Failure;

#[derive(Args)]
pub(super) struct Arguments {
    /// Address and port to listen on; port 0 picks a free one and prints it [default: 127.0.0.1:8080]
    #[arg(long, env = "BANDOSO_LISTEN")]
    listen: Option<SocketAddr>,
}

/// Makes and serves.
pub(super) async fn run(arguments: Arguments) -> Result<(), Failure> {
    serve::run(serve::Arguments::for_file(serve::DEMO_FILE.to_owned(), arguments.listen)).await
}
