//! Which keys a reload cannot take over: what they shape is made once, when the process starts.

use super::{Config, Limits};

impl Config {
    /// Keeps what `running` says of keys that only a restart changes. Gives the names of those that were to change.
    pub fn keep_until_restart(&mut self, running: &Self) -> Vec<&'static str> {
        let Self { listen, tile_cache_mb, limits, .. } = self;
        let mut waiting = Vec::new();
        keep("listen", listen, &running.listen, &mut waiting);
        keep("tile_cache_mb", tile_cache_mb, &running.tile_cache_mb, &mut waiting);
        // those not named here are read for every connection or request
        let Limits {
            connections,
            connections_per_client,
            head_s,
            silent_s: _,
            bytes_per_s: _,
            request_s: _,
            table_s,
            table_mb,
            waiting_mb,
            tables,
            tables_per_client,
        } = limits;
        let of = &running.limits;
        keep("limits.connections", connections, &of.connections, &mut waiting);
        keep(
            "limits.connections_per_client",
            connections_per_client,
            &of.connections_per_client,
            &mut waiting,
        );
        keep("limits.head_s", head_s, &of.head_s, &mut waiting);
        keep("limits.table_s", table_s, &of.table_s, &mut waiting);
        keep("limits.table_mb", table_mb, &of.table_mb, &mut waiting);
        keep("limits.waiting_mb", waiting_mb, &of.waiting_mb, &mut waiting);
        keep("limits.tables", tables, &of.tables, &mut waiting);
        keep("limits.tables_per_client", tables_per_client, &of.tables_per_client, &mut waiting);
        waiting
    }
}

fn keep<T: PartialEq + Clone>(
    name: &'static str,
    wanted: &mut T,
    running: &T,
    waiting: &mut Vec<&'static str>,
) {
    if wanted != running {
        waiting.push(name);
        wanted.clone_from(running);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_needs_a_restart_is_named_and_stays_and_the_rest_is_new() {
        let running = Config::default();
        let text =
            "title = \"A\"\nlisten = \"0.0.0.0:9\"\nbatch_max_rows = 7\n[limits]\nrequest_s = 5\ntables = 2";
        let mut wanted = Config::parse(text, "bandoso.toml").unwrap();
        assert_eq!(wanted.keep_until_restart(&running), ["listen", "limits.tables"]);
        assert_eq!((wanted.listen, wanted.limits.tables), (running.listen, running.limits.tables));
        assert_eq!(
            (wanted.title.as_deref(), wanted.batch_max_rows, wanted.limits.request_s),
            (Some("A"), 7, 5)
        );
        assert_eq!(wanted.keep_until_restart(&running), [""; 0]);
    }
}
