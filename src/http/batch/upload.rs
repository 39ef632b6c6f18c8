//! Taking a table in: the body itself, or `data` of a form.
//!
//! A bare body is answered while it comes. Of a form everything must have come first, because its other fields may
//! stand behind the file; the file waits in the [`UploadBuffer`] meanwhile.

use std::pin::pin;
use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::header;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout_at};

use super::fault::Fault;
use super::gate::{Gate, GateKeeper};
use super::parameters::Parameters;
use super::tables::Tables;
use super::upload_buffer::{End, UploadBuffer, UploadReader};
use crate::http::paced_body::BodyState;

/// Fields of a form that are read, and the length of each and of its name.
const MAX_FIELDS: usize = 200;
const MAX_FIELD_BYTES: usize = 4 * 1024;
const MAX_NAME_BYTES: usize = 200;

/// Bytes read and thrown away of a client whose table is refused: until it has sent them it may not read why.
const MAX_UNREAD: u64 = 64 << 20;

/// A table that was sent, or is being sent.
pub(super) struct Upload {
    pub parameters: Parameters,
    /// The file's name without its ending.
    pub name: Option<String>,
    /// Whether it is a list of lines without header.
    pub is_list: bool,
    pub table: UploadReader,
}

impl Upload {
    /// Takes a request; the body of one that is no form goes on coming in while this is read. Until `deadline` all
    /// must have come.
    pub async fn take(request: Request, tables: &Tables, deadline: Instant) -> Result<Self, Fault> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
            .map_err(|_| Fault::Parameter("the address is not a list of parameters".to_owned()))?;
        let parameters = Parameters(pairs);
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or_default().trim().to_ascii_lowercase();
        let state = request.extensions().get::<BodyState>().cloned().unwrap_or_default();
        let upload_buffer = tables.upload_buffer();
        if kind.starts_with("multipart/") {
            let mut form = Form::open(request, state, Arc::clone(&upload_buffer)).await?;
            let upload = match timeout_at(deadline, form.take(parameters)).await {
                Ok(upload) => upload,
                Err(_) => Err(Fault::Upload(End::TooSlow)),
            };
            if upload.is_err() && !form.is_lost() {
                tokio::spawn(throw_away(form.gate.rest()));
            }
            return upload;
        }
        let table = UploadReader::new(Arc::clone(&upload_buffer));
        let body = request.into_body().into_data_stream();
        tokio::spawn(async move {
            let end = timeout_at(deadline, follow(body, &upload_buffer)).await.unwrap_or(End::TooSlow);
            upload_buffer.end(if state.is_too_slow() { End::TooSlow } else { end });
        });
        Ok(Self {
            name: parameters.get("filename").map(stem),
            is_list: parameters.is_on("lines").unwrap_or(kind.starts_with("text/plain")),
            parameters,
            table,
        })
    }
}

/// Reads on of a body that is refused, so that its client comes to read why; not without end.
pub(super) async fn throw_away<E>(body: impl Stream<Item = Result<Bytes, E>> + Unpin) {
    let mut body = body;
    let mut unread = 0;
    while let Some(Ok(bytes)) = body.next().await {
        unread += bytes.len() as u64;
        if unread > MAX_UNREAD {
            return;
        }
    }
}

/// Takes a body in until its end, or until nobody wants it.
async fn follow(body: BodyDataStream, upload_buffer: &Arc<UploadBuffer>) -> End {
    let mut body = pin!(body);
    let mut unread = 0;
    loop {
        let bytes = match body.next().await {
            Some(Ok(bytes)) => bytes,
            Some(Err(_)) => return End::CutOff,
            None => return End::Whole,
        };
        if upload_buffer.is_abandoned() {
            unread += bytes.len() as u64;
            if unread > MAX_UNREAD {
                return End::CutOff;
            }
        } else if let Err(end) = keep(upload_buffer, bytes).await {
            return end;
        }
    }
}

async fn keep(upload_buffer: &Arc<UploadBuffer>, bytes: Bytes) -> Result<(), End> {
    let Err(bytes) = upload_buffer.keep(bytes)? else { return Ok(()) };
    let upload_buffer = Arc::clone(upload_buffer);
    spawn_blocking(move || upload_buffer.spill(&bytes)).await.unwrap_or(Err(End::NoDisk))
}

/// A form on its way in. Its parts are read through a [`Gate`], because their heads have no limit otherwise.
struct Form {
    form: Multipart,
    gate: GateKeeper<BodyDataStream>,
    state: BodyState,
    upload_buffer: Arc<UploadBuffer>,
}

impl Form {
    async fn open(
        request: Request,
        state: BodyState,
        upload_buffer: Arc<UploadBuffer>,
    ) -> Result<Self, Fault> {
        let (head, body) = request.into_parts();
        let (body, gate) = Gate::before(body.into_data_stream());
        let request = Request::from_parts(head, Body::from_stream(body));
        let form = Multipart::from_request(request, &()).await.map_err(|_| {
            Fault::Parameter("the form has no boundary: let the client set the content type".to_owned())
        })?;
        Ok(Self { form, gate, state, upload_buffer })
    }

    /// Whether nothing sensible can come any more.
    fn is_lost(&self) -> bool {
        self.gate.is_exceeded() || self.state.is_too_slow()
    }

    async fn take(&mut self, mut parameters: Parameters) -> Result<Upload, Fault> {
        let table = UploadReader::new(Arc::clone(&self.upload_buffer));
        let (mut has_file, mut name) = (false, None);
        loop {
            self.gate.allow_head();
            let Self { form, gate, state, upload_buffer } = &mut *self;
            let Some(field) = form.next_field().await.map_err(|_| broken(gate, state))? else { break };
            let field_name = field.name().unwrap_or_default().to_owned();
            if field_name.len() > MAX_NAME_BYTES {
                return Err(Fault::Parameter(format!(
                    "the name of a field of the form is longer than {MAX_NAME_BYTES} bytes"
                )));
            }
            if field_name == "data" && !has_file {
                has_file = true;
                name = field.file_name().map(stem);
                keep_field(field, gate, state, upload_buffer).await?;
            } else if parameters.0.len() < MAX_FIELDS {
                parameters.0.push((field_name, text_of(field, gate, state).await?));
            } else {
                return Err(Fault::Parameter(format!("the form has more than {MAX_FIELDS} fields")));
            }
        }
        if !has_file {
            return Err(Fault::MissingFile);
        }
        self.upload_buffer.end(End::Whole);
        Ok(Upload { is_list: parameters.is_on("lines") == Some(true), parameters, name, table })
    }
}

/// Why a form could not be read on.
fn broken(gate: &GateKeeper<BodyDataStream>, state: &BodyState) -> Fault {
    if gate.is_exceeded() {
        return Fault::Parameter("the head of a part of the form is too long".to_owned());
    }
    Fault::Upload(if state.is_too_slow() { End::TooSlow } else { End::CutOff })
}

async fn keep_field(
    mut field: Field<'_>,
    gate: &GateKeeper<BodyDataStream>,
    state: &BodyState,
    upload_buffer: &Arc<UploadBuffer>,
) -> Result<(), Fault> {
    loop {
        gate.allow_content();
        match field.chunk().await.map_err(|_| broken(gate, state))? {
            Some(bytes) => keep(upload_buffer, bytes).await.map_err(Fault::Upload)?,
            None => return Ok(()),
        }
    }
}

async fn text_of(
    mut field: Field<'_>,
    gate: &GateKeeper<BodyDataStream>,
    state: &BodyState,
) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    loop {
        gate.allow_content();
        let Some(chunk) = field.chunk().await.map_err(|_| broken(gate, state))? else { break };
        if bytes.len() + chunk.len() > MAX_FIELD_BYTES {
            return Err(Fault::Parameter(format!(
                "a field of the form is longer than {MAX_FIELD_BYTES} bytes"
            )));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Fault::Parameter("a field of the form is not UTF-8".to_owned()))
}

/// A file's name without folders and ending, no longer than file names are.
fn stem(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.chars().filter(|c| !c.is_control()).take(MAX_NAME_BYTES).collect()
}
