//! Taking a table in: the body itself, or `data` of a form.
//!
//! A bare body is answered while it comes. Of a form everything must have come first, because its other fields may
//! stand behind the file; the file waits in the [`Spool`] meanwhile.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::BodyDataStream;
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::header;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::fault::Fault;
use super::parameters::Parameters;
use super::spool::{Spool, SpoolReader};

/// How long a client may be silent in the middle of its upload.
const SILENT_FOR: Duration = Duration::from_secs(60);

/// Fields of a form that are read, and the length of each.
const MAX_FIELDS: usize = 200;
const MAX_FIELD_BYTES: usize = 4 * 1024;

/// Bytes read and thrown away of a client whose table is refused: until it has sent them it may not read why.
const MAX_UNREAD: u64 = 64 << 20;

/// A table that was sent, or is being sent.
pub(super) struct Upload {
    pub parameters: Parameters,
    /// The file's name without its ending.
    pub name: Option<String>,
    /// Whether it is a list of lines without header.
    pub is_list: bool,
    pub table: SpoolReader,
}

impl Upload {
    /// Takes a request; the body of one that is no form goes on coming in while this is read.
    pub async fn take(request: Request) -> Result<Self, Fault> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
            .map_err(|_| Fault::Parameter("the address is not a list of parameters".to_owned()))?;
        let parameters = Parameters(pairs);
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
        if kind.starts_with("multipart/") {
            return Self::form(request, parameters).await;
        }
        let spool = Arc::new(Spool::default());
        tokio::spawn(follow(request.into_body().into_data_stream(), Arc::clone(&spool)));
        Ok(Self {
            name: parameters.get("filename").map(stem),
            is_list: parameters.is_on("lines").unwrap_or(kind.starts_with("text/plain")),
            parameters,
            table: SpoolReader::new(spool),
        })
    }

    async fn form(request: Request, mut parameters: Parameters) -> Result<Self, Fault> {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| {
            Fault::Parameter("the form has no boundary: let the client set the content type".to_owned())
        })?;
        let spool = Arc::new(Spool::default());
        let table = SpoolReader::new(Arc::clone(&spool));
        let (mut has_file, mut name) = (false, None);
        loop {
            let next = timeout(SILENT_FOR, form.next_field()).await.map_err(|_| Fault::CutOff)?;
            let Some(field) = next.map_err(|_| Fault::CutOff)? else { break };
            let field_name = field.name().unwrap_or_default().to_owned();
            if field_name == "data" && !has_file {
                has_file = true;
                name = field.file_name().map(stem);
                keep_field(field, &spool).await?;
            } else if parameters.0.len() < MAX_FIELDS {
                parameters.0.push((field_name, text_of(field).await?));
            } else {
                return Err(Fault::Parameter(format!("the form has more than {MAX_FIELDS} fields")));
            }
        }
        if !has_file {
            return Err(Fault::MissingFile);
        }
        spool.end(true);
        Ok(Self { is_list: parameters.is_on("lines") == Some(true), parameters, name, table })
    }
}

async fn keep_field(mut field: Field<'_>, spool: &Arc<Spool>) -> Result<(), Fault> {
    loop {
        let chunk = timeout(SILENT_FOR, field.chunk()).await.map_err(|_| Fault::CutOff)?;
        match chunk.map_err(|_| Fault::CutOff)? {
            Some(bytes) => keep(spool, bytes).await.map_err(|()| Fault::TooLarge)?,
            None => return Ok(()),
        }
    }
}

async fn text_of(mut field: Field<'_>) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) =
        timeout(SILENT_FOR, field.chunk()).await.map_err(|_| Fault::CutOff)?.map_err(|_| Fault::CutOff)?
    {
        if bytes.len() + chunk.len() > MAX_FIELD_BYTES {
            return Err(Fault::Parameter(format!(
                "a field of the form is longer than {MAX_FIELD_BYTES} bytes"
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Fault::Parameter("a field of the form is not UTF-8".to_owned()))
}

/// Takes a body in until its end, or until nobody wants it.
async fn follow(body: BodyDataStream, spool: Arc<Spool>) {
    let mut body = pin!(body);
    let mut unread = 0;
    loop {
        let Ok(next) = timeout(SILENT_FOR, body.next()).await else { return spool.end(false) };
        let bytes = match next {
            Some(Ok(bytes)) => bytes,
            Some(Err(_)) => return spool.end(false),
            None => return spool.end(true),
        };
        if spool.is_abandoned() {
            unread += bytes.len() as u64;
            if unread > MAX_UNREAD {
                return;
            }
        } else if keep(&spool, bytes).await.is_err() {
            return spool.end(false);
        }
    }
}

async fn keep(spool: &Arc<Spool>, bytes: Bytes) -> Result<(), ()> {
    let Err(bytes) = spool.keep(bytes) else { return Ok(()) };
    let spool = Arc::clone(spool);
    match spawn_blocking(move || spool.spill(&bytes)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(()),
    }
}

/// A file's name without folders and ending.
fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}
