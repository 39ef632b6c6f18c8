//! How many may come in at once, in all and from one client: a place is counted while its holder lives.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::client_address::Client;

/// Why nobody more comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// All places are taken.
    All,
    /// This client has as many as one may have.
    Client,
}

/// Places in all, and of them those of one client.
#[derive(Clone)]
pub(super) struct Admission(Arc<Places>);

struct Places {
    all: usize,
    per_client: usize,
    taken: Mutex<Occupied>,
}

#[derive(Default)]
struct Occupied {
    all: usize,
    by_client: FxHashMap<Client, usize>,
}

impl Occupied {
    fn leave(&mut self, client: Option<Client>) {
        self.all -= 1;
        let Some(client) = client else { return };
        if let Some(count) = self.by_client.get_mut(&client) {
            *count -= 1;
            if *count == 0 {
                self.by_client.remove(&client);
            }
        }
    }
}

impl Admission {
    pub fn new(all: usize, per_client: usize) -> Self {
        Self(Arc::new(Places { all, per_client, taken: Mutex::default() }))
    }

    /// A place for a client; `None` is one whose places are not counted, such as a proxy.
    pub fn admit(&self, client: Option<Client>) -> Result<Place, Full> {
        // counts are whole between two calls, whoever panicked
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.0.all {
            return Err(Full::All);
        }
        if let Some(client) = client {
            let count = taken.by_client.entry(client).or_insert(0);
            if *count >= self.0.per_client {
                return Err(Full::Client);
            }
            *count += 1;
        }
        taken.all += 1;
        Ok(Place { places: self.clone(), client })
    }

    #[cfg(test)]
    fn taken(&self) -> usize {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

/// A place that is given back when this is dropped.
pub(super) struct Place {
    places: Admission,
    client: Option<Client>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.0.taken.lock().unwrap_or_else(PoisonError::into_inner).leave(self.client);
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    fn client(last: u8) -> Option<Client> {
        Some(IpAddr::from([192, 0, 2, last]).into())
    }

    #[test]
    fn one_client_cannot_take_all_places_and_leaving_gives_them_back() {
        let places = Admission::new(3, 2);
        let first: Vec<Place> = (0..2).map(|_| places.admit(client(1)).ok().unwrap()).collect();
        assert_eq!(places.admit(client(1)).err(), Some(Full::Client));
        let other = places.admit(client(2)).ok().unwrap();
        assert_eq!(places.admit(client(2)).err(), Some(Full::All));
        drop(first);
        assert_eq!(places.taken(), 1);
        assert!(places.admit(client(1)).is_ok());
        drop(other);
        assert_eq!(places.taken(), 0);
        assert!(places.0.taken.lock().unwrap().by_client.is_empty());
    }

    #[test]
    fn who_is_not_counted_is_bounded_by_all_places_only() {
        let places = Admission::new(3, 1);
        let uncounted: Vec<Place> = (0..3).map(|_| places.admit(None).ok().unwrap()).collect();
        assert_eq!(places.admit(None).err(), Some(Full::All));
        drop(uncounted);
    }
}
