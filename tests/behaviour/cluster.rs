//! The test harness itself: two databases of one cluster do not see each other.

use crate::support::Cluster;

#[test]
fn a_fresh_database_has_postgis_and_nothing_of_its_neighbour() {
    let (one, other) = (Cluster::shared().fresh_database(), Cluster::shared().fresh_database());
    one.execute("CREATE TABLE here (id int); INSERT INTO here VALUES (1), (NULL)");
    assert_eq!(one.query("SELECT id FROM here ORDER BY id"), [[Some("1".to_owned())], [None]]);
    assert_eq!(other.value("SELECT to_regclass('here') IS NULL"), "t");
    assert!(other.value("SELECT postgis_lib_version()").starts_with('3'));
}
