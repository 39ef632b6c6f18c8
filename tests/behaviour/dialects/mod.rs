//! The dialects of geocoding over the real binary: shapes and errors as their own servers give them, hostile
//! input, and the clients people have, unchanged.

mod ban;
mod clients;
mod geocodejson;
mod hostile;
mod nominatim;
mod numbers;
mod pelias;
mod photon;
mod root;
mod town;
