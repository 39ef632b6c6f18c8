//! Parcels and what is planned on them: look-up by place, by sheet and number, and the overlay of a
//! parcel with the zones of every plan that reaches it.

mod codes;
mod overlay;
mod parcel;

pub use codes::{CodeName, CodeTables};
pub use overlay::{Coverage, PlanReport, ZoneShare, plans_on};
pub use parcel::{Parcel, ParcelIndex, ParcelUse, SheetsOf};
