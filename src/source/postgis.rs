//! Reading layers from PostGIS.

use std::time::Duration;

use super::{RowSink, SourceColumn, SourceError, TableQuery};

/// A PostGIS database.
#[derive(Debug)]
pub struct PostGis;

/// One exported snapshot.
pub struct Session;

impl PostGis {
    pub(super) async fn connect(_url: &str, _wait: Duration) -> Result<Self, SourceError> {
        Ok(Self)
    }

    pub(super) async fn session(&self) -> Result<Session, SourceError> {
        Ok(Session)
    }
}

impl Session {
    pub(super) async fn has_our_schema(&mut self) -> Result<bool, SourceError> {
        Ok(false)
    }

    pub(super) async fn describe(&mut self, query: &TableQuery) -> Result<Vec<SourceColumn>, SourceError> {
        Err(SourceError::NoTable(query.table.to_string()))
    }

    pub(super) async fn read<S: RowSink>(
        &mut self,
        query: &TableQuery,
        _columns: &[SourceColumn],
        _new_sink: impl Fn() -> S,
    ) -> Result<Vec<S>, SourceError> {
        Err(SourceError::NoTable(query.table.to_string()))
    }
}
