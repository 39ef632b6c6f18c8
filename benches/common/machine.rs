//! What the numbers were measured on, and the memory of this process and others (Linux's `/proc`).

use std::process::Command;

use super::table::whole;
use crate::support::Database;

/// One line: processor, memory, versions; and how busy the machine is with other work.
pub fn print(database: &Database) {
    println!("Machine: {}", describe(database));
    println!("Load of the machine at the start: {}", load_average());
}

/// Processor, memory and versions.
pub fn describe(database: &Database) -> String {
    let postgresql = database.value("SHOW server_version");
    let postgis = database.value("SELECT PostGIS_Lib_Version()");
    format!("{}; PostgreSQL {postgresql}, PostGIS {postgis}", describe_hardware())
}

/// Processor, memory and compiler.
pub fn describe_hardware() -> String {
    let processor = value_of("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory_gb = kilobytes("/proc/meminfo", "MemTotal") as f64 / 1e6 * 1.024;
    let rustc = Command::new("rustc").arg("--version").output().map(|o| o.stdout).unwrap_or_default();
    let rustc = String::from_utf8_lossy(&rustc).trim().to_owned();
    format!("{processor}, {cores} cores, {memory_gb:.1} GB; {rustc}")
}

/// Runnable processes, averages of the last 1, 5 and 15 minutes.
pub fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(", ")
}

/// Seconds this process has kept a core busy so far, in all its threads; on a shared machine this
/// says more than the clock. A database's own work is not in it.
pub fn cpu_seconds() -> f64 {
    // proc(5): fields 14 and 15 are user and system time in ticks of 1/100 s; 2 may hold spaces
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// From here on the peak is counted anew.
pub fn reset_peak() {
    // proc(5): 5 resets the peak resident set size
    if let Err(e) = std::fs::write("/proc/self/clear_refs", "5") {
        eprintln!("the peak of memory is that of the whole run: {e}");
    }
}

/// Megabytes of this process in memory now.
pub fn resident() -> String {
    megabytes("VmRSS")
}

/// Megabytes at most since [`reset_peak`].
pub fn peak() -> String {
    megabytes("VmHWM")
}

/// Megabytes of these processes and all that they started: the proportional set size, in which a page of
/// several processes counts once.
pub fn memory_mb(processes: &[u32]) -> f64 {
    let parents = parents();
    let mut family: Vec<u32> = processes.to_vec();
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(child, _)| child));
        next += 1;
    }
    let share = |id: &u32| kilobytes(&format!("/proc/{id}/smaps_rollup"), "Pss:");
    family.iter().map(share).sum::<u64>() as f64 * 1024.0 / 1e6
}

/// Every process of this machine and the one that started it.
fn parents() -> Vec<(u32, u32)> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parent = |id: u32| value_of(&format!("/proc/{id}/status"), "PPid:")?.parse().ok();
    ids.filter_map(|id: u32| Some((id, parent(id)?))).collect()
}

fn megabytes(key: &str) -> String {
    whole(kilobytes("/proc/self/status", key) * 1024 / 1_000_000)
}

fn kilobytes(file: &str, key: &str) -> u64 {
    let text = value_of(file, key).unwrap_or_default();
    text.trim_end_matches(" kB").trim().parse().unwrap_or(0)
}

fn value_of(file: &str, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(key))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}
