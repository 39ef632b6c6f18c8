//! Parcels and what is planned on them: look-up by place, by sheet and number, and the overlay of a
//! parcel with the zones of every plan that reaches it.

mod codes;
mod overlay;
mod parcel;
mod parcel_index;

pub use codes::{CodeName, CodeTables};
pub use overlay::{Coverage, Overlay, PlanReport, ZoneShare, plans_on};
pub use parcel::{Parcel, ParcelUse};
pub use parcel_index::{ParcelIndex, ParcelNumber, SheetsOf};
