//! The walls of the house: which room may use which stands in one table in ARCHITECTURE.md, and this test holds
//! the sources against it. An import that goes upwards fails, and so does a circle between the files of a room.
//!
//! Read from the text of the sources, without comments and unit tests: what a `use` names, and paths that
//! begin with `crate`, `super` or `self`. A file and its own parent module may name each other; brothers may
//! not go in circles.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::sources::rust_files;

/// Module path (`http::batch::upload`) to its file.
type Modules = BTreeMap<String, PathBuf>;

/// Module to the modules it names.
type Uses = BTreeMap<String, BTreeSet<String>>;

#[test]
fn rooms_use_only_what_the_architecture_allows() {
    let allowed = allowed_arrows();
    let uses = uses();
    let mut arrows: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (from, targets) in &uses {
        for to in targets {
            let (from_room, to_room) = (room(from), room(to));
            if from_room == to_room {
                continue;
            }
            arrows.entry(from_room).or_default().insert(to_room);
            if !allowed.get(from_room).is_some_and(|rooms| rooms.contains(to_room)) {
                wrong.push(format!("{from} uses {to}"));
            }
        }
    }
    assert!(arrows.len() > 10, "the sources were read: {arrows:?}");
    assert!(wrong.is_empty(), "not among the arrows of ARCHITECTURE.md:\n{}", wrong.join("\n"));
    let unused: Vec<String> = allowed
        .iter()
        .flat_map(|(from, rooms)| rooms.iter().map(move |to| (from.as_str(), to.as_str())))
        .filter(|(from, to)| !arrows.get(from).is_some_and(|rooms| rooms.contains(to)))
        .map(|(from, to)| format!("{from} → {to}"))
        .collect();
    assert!(unused.is_empty(), "arrows of ARCHITECTURE.md that nothing uses: {}", unused.join(", "));
}

#[test]
fn the_allowed_arrows_have_no_circle() {
    let arrows: Uses = allowed_arrows();
    assert_eq!(circles(&arrows), Vec::<Vec<String>>::new());
}

#[test]
fn files_of_a_room_do_not_go_in_circles() {
    let mut uses = uses();
    for (from, targets) in &mut uses {
        targets.retain(|to| !is_within(from, to) && !is_within(to, from));
    }
    let circles = circles(&uses);
    assert!(circles.is_empty(), "these files need each other: {circles:#?}");
}

#[test]
fn a_circle_is_found_where_there_is_one() {
    let arrow = |from: &str, to: &str| (from.to_owned(), BTreeSet::from([to.to_owned()]));
    let line: Uses = [arrow("a", "b"), arrow("b", "c")].into();
    assert!(circles(&line).is_empty());
    let circle: Uses = [arrow("a", "b"), arrow("b", "c"), arrow("c", "a"), arrow("d", "a")].into();
    assert_eq!(circles(&circle), [["a", "b", "c"]]);
}

/// The table between the marks `<!-- arrows -->` and `<!-- /arrows -->`: lines such as `http → answers, page`.
fn allowed_arrows() -> Uses {
    let text = std::fs::read_to_string(project().join("ARCHITECTURE.md")).unwrap();
    let table = text.split("<!-- arrows -->").nth(1).and_then(|rest| rest.split("<!-- /arrows -->").next());
    let lines = table.expect("ARCHITECTURE.md has a table of arrows").lines();
    let arrows: Uses = lines
        .filter_map(|line| line.split_once('→'))
        .map(|(from, to)| {
            (from.trim().to_owned(), to.split(',').map(|room| room.trim().to_owned()).collect())
        })
        .collect();
    assert!(!arrows.is_empty(), "the table of arrows has lines");
    arrows
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn room(module: &str) -> &str {
    module.split("::").next().unwrap_or(module)
}

/// Whether a module lies within another one.
fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn modules() -> Modules {
    let mut modules = Modules::new();
    for (name, path) in rust_files() {
        let mut parts: Vec<&str> = name.trim_end_matches(".rs").split('/').collect();
        if parts.last() == Some(&"mod") {
            parts.pop();
        }
        if !parts.contains(&"tests") && parts != ["lib"] && parts != ["main"] {
            let twice = modules.insert(parts.join("::"), path);
            assert!(twice.is_none(), "two crates have a room of this name: {name}");
        }
    }
    modules
}

fn uses() -> Uses {
    let modules = modules();
    let mut uses = Uses::new();
    for (module, file) in &modules {
        let source = without_comments_and_tests(&std::fs::read_to_string(file).unwrap());
        let targets = paths(&source).into_iter().filter_map(|path| resolve(module, &path, &modules));
        uses.insert(module.clone(), targets.filter(|target| target != module).collect());
    }
    uses
}

fn without_comments_and_tests(source: &str) -> String {
    let product = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = product.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// All paths the source names.
fn paths(source: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = String::new();
    let mut pieces = source.split("use ");
    rest.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let is_statement = rest.trim_end().is_empty()
            || rest.trim_end().ends_with([';', '}', '{', ')'])
            || rest.trim_end().ends_with("pub");
        match piece.split_once(';') {
            Some((tree, behind)) if is_statement => {
                expand(String::new(), tree, &mut paths);
                rest.push_str(behind);
            }
            _ => rest.push_str(piece),
        }
    }
    let is_part_of_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let inline = rest.split(|c: char| !is_part_of_path(c));
    paths.extend(
        inline
            .filter(|word| ["crate::", "super::", "self::"].iter().any(|start| word.starts_with(start)))
            .map(str::to_owned),
    );
    paths
}

/// `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`.
fn expand(prefix: String, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((start, inner)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or_default().trim();
        return paths.push(format!("{prefix}{path}"));
    };
    let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
    let (mut depth, mut branch) = (0, String::new());
    for c in inner.chars().chain([',']) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let whole = std::mem::take(&mut branch);
                if !whole.trim().is_empty() {
                    expand(format!("{prefix}{start}"), &whole, paths);
                }
                continue;
            }
            _ => {}
        }
        branch.push(c);
    }
}

/// The module of ours a path leads to; none where it leads elsewhere.
fn resolve(module: &str, path: &str, modules: &Modules) -> Option<String> {
    let mut parts: Vec<&str> = path.split("::").map(str::trim).collect();
    let mut at: Vec<&str> = module.split("::").collect();
    match *parts.first()? {
        "crate" => {
            at.clear();
            parts.remove(0);
        }
        "self" => drop(parts.remove(0)),
        "super" => {
            while parts.first() == Some(&"super") {
                at.pop();
                parts.remove(0);
            }
        }
        first if modules.contains_key(&format!("{module}::{first}")) => {}
        _ => return None,
    }
    for part in parts {
        at.push(part);
        if !modules.contains_key(&at.join("::")) {
            at.pop();
            break;
        }
    }
    (!at.is_empty()).then(|| at.join("::"))
}

/// Sets of modules that reach each other, sorted.
fn circles(uses: &Uses) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        uses.keys().map(|from| (from, reach(from, uses))).collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for (from, targets) in &reached {
        let circle: Vec<String> = targets
            .iter()
            .filter(|to| reached.get(*to).is_some_and(|back| back.contains(from)))
            .map(|to| (*to).clone())
            .collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}

fn reach<'a>(from: &'a String, uses: &'a Uses) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&String> = uses.get(from).into_iter().flatten().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(uses.get(module).into_iter().flatten());
        }
    }
    reached
}
