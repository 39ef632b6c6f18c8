//! One keep-alive HTTP/1.1 connection that blocks: the least a client can cost, because it shares the
//! cores with the server it measures. GET only, whole bodies, nothing unpacked, no redirects. Where a server
//! closes after an answer, the next request opens anew, and that is part of its time.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any tile may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// A connection and the body read last from it.
pub struct Connection {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    is_closed: bool,
    request: Vec<u8>,
    line: String,
    body: Vec<u8>,
}

/// What a request was answered with.
pub struct Answer<'a> {
    pub status: u16,
    pub is_gzip: bool,
    pub body: &'a [u8],
}

/// What of an answer's head says how its body comes.
#[derive(Default)]
struct Head {
    status: u16,
    length: Option<usize>,
    is_chunked: bool,
    is_gzip: bool,
    closes: bool,
}

impl Connection {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = connect(address)?;
        Ok(Self {
            address,
            stream,
            is_closed: false,
            request: Vec::new(),
            line: String::new(),
            body: Vec::new(),
        })
    }

    /// `accept_encoding` as the header says it: `identity`, `gzip`.
    pub fn get(&mut self, path: &str, accept_encoding: &str) -> io::Result<Answer<'_>> {
        self.request.clear();
        write!(
            self.request,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {accept_encoding}\r\n\r\n"
        )?;
        if self.is_closed {
            self.stream = connect(self.address)?;
        }
        self.stream.get_mut().write_all(&self.request)?;
        let head = self.read_head()?;
        self.is_closed = head.closes;
        self.body.clear();
        match head {
            Head { status: 204 | 304, .. } => {}
            Head { is_chunked: true, .. } => self.read_chunks()?,
            Head { length: Some(length), .. } => self.read_body(length)?,
            _ => return Err(io::Error::other("an answer without a length")),
        }
        Ok(Answer { status: head.status, is_gzip: head.is_gzip, body: &self.body })
    }

    fn read_head(&mut self) -> io::Result<Head> {
        let mut head = Head::default();
        self.read_line()?;
        head.status = self.line.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        loop {
            self.read_line()?;
            let Some((name, value)) = self.line.split_once(':') else { return Ok(head) };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => head.length = value.parse().ok(),
                "transfer-encoding" => head.is_chunked = value.eq_ignore_ascii_case("chunked"),
                "connection" => head.closes = value.eq_ignore_ascii_case("close"),
                "content-encoding" => head.is_gzip = value.eq_ignore_ascii_case("gzip"),
                _ => {}
            }
        }
    }

    fn read_chunks(&mut self) -> io::Result<()> {
        loop {
            self.read_line()?;
            let size = self.line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
            self.read_body(size)?;
            self.read_line()?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    /// Adds so many bytes to the body.
    fn read_body(&mut self, length: usize) -> io::Result<()> {
        let start = self.body.len();
        self.body.resize(start + length, 0);
        self.stream.read_exact(&mut self.body[start..])
    }

    /// The next line, without its end.
    fn read_line(&mut self) -> io::Result<()> {
        self.line.clear();
        if self.stream.read_line(&mut self.line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.line.truncate(self.line.trim_end().len());
        Ok(())
    }
}

fn connect(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_LIMIT))?;
    // tiles of megabytes in few reads
    Ok(BufReader::with_capacity(256 * 1024, stream))
}
