//! Why a table is not answered at all. What is wrong with one row is said in its `result_status`.

use thiserror::Error;

use super::super::problem::Problem;
use super::upload_buffer::End;
use crate::table::{Header, NotATable};

/// Why a table is not answered.
#[derive(Debug, Error)]
pub(super) enum Fault {
    #[error("Missing file")]
    MissingFile,
    #[error("Empty file")]
    EmptyFile,
    #[error("Cannot found column '{column}' in columns {}", python_list(columns))]
    NoColumn { column: String, columns: Vec<String> },
    #[error("Unable to decode with encoding \"{0}\"")]
    Encoding(String),
    #[error(transparent)]
    NotATable(#[from] NotATable),
    #[error("the table has more than {0} columns: is the delimiter right?")]
    TooWide(usize),
    #[error("{0}")]
    Parameter(String),
    /// The table did not come whole.
    #[error("{}", said_of(*.0))]
    Upload(End),
    /// Not the table's: not loaded, too busy, our fault.
    #[error("{0:?}")]
    Server(Problem),
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Server(problem)
    }
}

impl Fault {
    /// As the native API says it.
    pub fn into_problem(self) -> Problem {
        match self {
            Self::Server(problem) => problem,
            Self::MissingFile => Problem::bad_request("send the table as the body, or as `data` of a form"),
            Self::EmptyFile => Problem::bad_request("the table is empty: its first line names the columns"),
            Self::NoColumn { column, columns } => Problem::bad_request(format!(
                "there is no column `{column}`; the columns are: {}",
                columns.join(", ")
            )),
            Self::Encoding(name) => Problem::bad_request(format!(
                "the table cannot be read as `{name}`; leave encoding out to have it detected"
            )),
            Self::Upload(End::TooLarge) => Problem::too_long(self),
            Self::Upload(End::TooSlow) => Problem::too_slow(),
            Self::Upload(End::NoRoom | End::NoDisk) => Problem::no_room(self),
            other => Problem::bad_request(other),
        }
    }
}

/// The column of this name, or the fault that says there is none.
pub(super) fn column(header: &Header, name: &str) -> Result<usize, Fault> {
    let missing = || Fault::NoColumn { column: name.to_owned(), columns: header.names().to_vec() };
    header.find(name).ok_or_else(missing)
}

fn said_of(end: End) -> &'static str {
    match end {
        End::Whole => "the table ends where none was expected",
        End::CutOff => "the upload was cut off; send it again",
        End::TooSlow => "the upload stopped coming in, or came too slowly; send it again",
        End::TooLarge => "the table is longer than is taken; send it in parts",
        End::NoRoom => "too many tables wait to be answered; send it again later",
        End::NoDisk => "the server cannot keep the table while it is answered; its operator is told why",
    }
}

/// Names as Python prints a list of them, which is what the clients of addok know.
fn python_list(names: &[String]) -> String {
    let quoted = names.iter().map(|name| {
        if name.contains('\'') && !name.contains('"') {
            format!("\"{name}\"")
        } else {
            format!("'{}'", name.replace('\\', "\\\\").replace('\'', "\\'"))
        }
    });
    format!("[{}]", quoted.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_column_is_said_in_addoks_words() {
        let columns = ["rue", "l'hôtel"].map(str::to_owned).to_vec();
        let fault = Fault::NoColumn { column: "q".to_owned(), columns };
        assert_eq!(fault.to_string(), "Cannot found column 'q' in columns ['rue', \"l'hôtel\"]");
    }
}
