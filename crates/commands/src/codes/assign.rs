//! `bandoso codes assign`: a code for every address that has none, in batches that each stand by themselves.
//!
//! Stopped at any moment it has given codes to some addresses and not to others; run again it goes on with
//! the others. A batch is one transaction: its codes were compared with all that stand on addresses and all
//! that were ever retired, and the unique column of the register has the last word.

use std::collections::BTreeSet;

use thiserror::Error;

use super::geopackage::GeoPackageRegister;
use super::postgis::PostGisRegister;
use super::random_source::RandomSource;
use crate::database::ConnectError;
use crate::geocode::codes::{DoorCode, Issuer};
use crate::source::Location;

/// Addresses a transaction.
const BATCH: usize = 5_000;

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The register.
    pub source: Location,
    /// Who gives the codes.
    pub issuer: Issuer,
    /// Only counts.
    pub is_dry_run: bool,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Addresses that got a code.
    pub done: u64,
    /// Addresses that had none when it began.
    pub of: u64,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    /// Addresses that had no code.
    pub without: u64,
    /// Addresses that got one now; 0 in a dry run.
    pub given: u64,
}

/// Why codes could not be given.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum AssignError {
    #[error("no file {0}: check --source")]
    NoFile(String),
    #[error(
        "the source has no register of door codes: run `bandoso migrate` on a database; a GeoPackage must be one that this version of bandoso wrote"
    )]
    NoRegister,
    #[error(
        "somebody else is giving codes in this source right now: wait until that is done, and run it again"
    )]
    Busy,
    #[error("the operating system gave no random numbers; try again")]
    NoChance,
    #[error(
        "nearly all codes of issuer {0} are used up: take another issuer, two symbols that nobody else was allotted"
    )]
    UsedUp(Issuer),
    #[error("cannot connect to the database: {0}")]
    Connect(#[from] ConnectError),
    #[error("the source refused: {0}")]
    Database(#[from] sqlx::Error),
}

/// Gives every address without a code one.
pub async fn assign(job: &Assignment, mut watch: impl FnMut(Progress)) -> Result<Assigned, AssignError> {
    let mut register = Register::open(&job.source).await?;
    let without = register.count_without().await?;
    let (mut given, mut last) = (0, 0);
    if job.is_dry_run {
        register.close().await?;
        return Ok(Assigned { without, given });
    }
    let mut random_source = RandomSource::new();
    loop {
        register.begin().await?;
        let addresses = register.without(last, BATCH).await?;
        let Some(&end) = addresses.last() else { break };
        last = end;
        let codes = unused(&mut register, job.issuer, addresses.len(), &mut random_source).await?;
        let pairs: Vec<(i64, DoorCode)> = addresses.into_iter().zip(codes).collect();
        given += register.give(&pairs).await?;
        register.commit().await?;
        watch(Progress { done: given, of: without.max(given) });
    }
    register.close().await?;
    Ok(Assigned { without, given })
}

/// As many new codes as are wanted, none of them ever given.
async fn unused(
    register: &mut Register,
    issuer: Issuer,
    wanted: usize,
    random_source: &mut RandomSource,
) -> Result<Vec<DoorCode>, AssignError> {
    /// With nine of ten codes given a batch fails with a chance of 5,000 · 0.9^200: one in 280,000.
    const ROUNDS: usize = 200;
    let mut codes: BTreeSet<DoorCode> = BTreeSet::new();
    for _ in 0..ROUNDS {
        let mut fresh = BTreeSet::new();
        while codes.len() + fresh.len() < wanted {
            let code = DoorCode::draw(issuer, || random_source.symbol())?;
            if !codes.contains(&code) {
                fresh.insert(code);
            }
        }
        for taken in register.taken(&fresh).await? {
            fresh.retain(|code| code.as_str() != taken);
        }
        codes.append(&mut fresh);
        if codes.len() == wanted {
            return shuffled(codes, random_source);
        }
    }
    Err(AssignError::UsedUp(issuer))
}

/// In an order of chance: sorted codes would tell neighbours from their codes.
fn shuffled(
    codes: BTreeSet<DoorCode>,
    random_source: &mut RandomSource,
) -> Result<Vec<DoorCode>, AssignError> {
    let keyed = codes.into_iter().map(|code| {
        let mut key = [0u8; 8];
        for place in &mut key {
            *place = random_source.symbol()?;
        }
        Ok::<_, AssignError>((key, code))
    });
    let mut keyed = keyed.collect::<Result<Vec<_>, _>>()?;
    keyed.sort_unstable();
    Ok(keyed.into_iter().map(|(_, code)| code).collect())
}

/// Where codes are kept, in either physical form.
enum Register {
    PostGis(PostGisRegister),
    GeoPackage(GeoPackageRegister),
}

impl Register {
    async fn open(source: &Location) -> Result<Self, AssignError> {
        Ok(match source {
            Location::PostGis(address) => Self::PostGis(PostGisRegister::open(address).await?),
            Location::GeoPackage(file) => Self::GeoPackage(GeoPackageRegister::open(file).await?),
        })
    }

    /// Addresses that have no code.
    async fn count_without(&mut self) -> Result<u64, AssignError> {
        match self {
            Self::PostGis(register) => register.count_without().await,
            Self::GeoPackage(register) => register.count_without().await,
        }
    }

    async fn begin(&mut self) -> Result<(), AssignError> {
        match self {
            Self::PostGis(register) => register.begin().await,
            Self::GeoPackage(register) => register.begin().await,
        }
    }

    /// The next addresses that have none, in the order of their ids.
    async fn without(&mut self, after: i64, limit: usize) -> Result<Vec<i64>, AssignError> {
        match self {
            Self::PostGis(register) => register.without(after, limit).await,
            Self::GeoPackage(register) => register.without(after, limit).await,
        }
    }

    /// Those of the codes that stand on an address or were retired.
    async fn taken(&mut self, codes: &BTreeSet<DoorCode>) -> Result<Vec<String>, AssignError> {
        match self {
            Self::PostGis(register) => register.taken(codes).await,
            Self::GeoPackage(register) => register.taken(codes).await,
        }
    }

    /// Writes the codes; gives the number of addresses that got one.
    async fn give(&mut self, pairs: &[(i64, DoorCode)]) -> Result<u64, AssignError> {
        match self {
            Self::PostGis(register) => register.give(pairs).await,
            Self::GeoPackage(register) => register.give(pairs).await,
        }
    }

    async fn commit(&mut self) -> Result<(), AssignError> {
        match self {
            Self::PostGis(register) => register.commit().await,
            Self::GeoPackage(register) => register.commit().await,
        }
    }

    async fn close(self) -> Result<(), AssignError> {
        match self {
            Self::PostGis(register) => register.close().await,
            Self::GeoPackage(register) => register.close().await,
        }
    }
}
