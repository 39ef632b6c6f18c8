//! A net of streets cut into a shape: faces are rings of shared vertices, and a street is a path of
//! new vertices between two old ones. Wards are cut from an area by it, and blocks from a ward.
//!
//! No vertex is ever put into an edge that exists, so every face that shares an edge shares it
//! exactly, however late the other one is cut.

use geo_types::Coord;
use rustc_hash::FxHashMap;

use super::plane::{
    self, area_left_of, chord, contains, distance_to_segment, dot, left_of, length, segments_meet, surveyed,
    unit,
};
use super::random::Dice;

/// What a street is like, widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// National or provincial road, or the stream around the town.
    Border,
    Main,
    Street,
    /// `đường số 7`
    Lane,
    /// hẻm
    Alley,
    /// Between fields: no street of its own.
    Path,
}

impl Class {
    pub fn half_width_m(self) -> f64 {
        match self {
            Self::Border => 7.0,
            Self::Main => 5.5,
            Self::Street => 4.0,
            Self::Lane => 2.8,
            Self::Alley => 1.4,
            Self::Path => 0.9,
        }
    }
}

/// One street's path and where it leaves another.
#[derive(Debug, Clone)]
pub struct Path {
    pub class: Class,
    /// Vertex ids in the network it was cut in.
    pub ids: Vec<u32>,
    pub vertices: Vec<Coord>,
    pub mouth: Option<Mouth>,
    /// Water instead of a road.
    pub is_water: bool,
}

/// Where a street begins on another.
#[derive(Debug, Clone, Copy)]
pub struct Mouth {
    pub street: u32,
    pub at_m: f64,
    pub on_left: bool,
}

/// A stretch between two neighbouring vertices.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    pub street: u32,
    pub half_width_m: f64,
    /// Metres from the street's start at the lower and the higher vertex.
    low_m: f64,
    high_m: f64,
}

impl Edge {
    /// Metres from the start of the street at both ends of the edge as walked.
    pub fn metres(&self, from: u32, to: u32) -> (f64, f64) {
        if from < to { (self.low_m, self.high_m) } else { (self.high_m, self.low_m) }
    }
}

/// How a cut may run.
#[derive(Debug, Clone, Copy)]
pub struct CutStyle {
    /// Metres between the vertices of the new path.
    pub spacing_m: f64,
    /// Largest bow, as a part of the length.
    pub bow: f64,
    /// How far single vertices stray.
    pub stray_m: f64,
    /// How near the path may come to the rest of the ring.
    pub clearance_m: f64,
}

/// Shared vertices, edges and streets; faces are kept by the caller.
#[derive(Debug, Default, Clone)]
pub struct Network {
    pub points: Vec<Coord>,
    pub streets: Vec<Path>,
    edges: FxHashMap<(u32, u32), Edge>,
    /// Streets meeting at a vertex; absent for a vertex inside one street.
    is_junction: FxHashMap<u32, ()>,
}

impl Network {
    /// The edge between two vertices.
    pub fn edge(&self, a: u32, b: u32) -> Option<&Edge> {
        self.edges.get(&(a.min(b), a.max(b)))
    }

    pub fn add_point(&mut self, at: Coord) -> u32 {
        self.points.push(at);
        self.points.len() as u32 - 1
    }

    /// Adds an edge as walked from `a` to `b`, `metres` being the street's at both.
    pub fn add_edge(&mut self, a: u32, b: u32, street: u32, half_width_m: f64, metres: (f64, f64)) {
        let (low_m, high_m) = if a < b { metres } else { (metres.1, metres.0) };
        self.edges.insert((a.min(b), a.max(b)), Edge { street, half_width_m, low_m, high_m });
    }

    pub fn mark_junction(&mut self, vertex: u32) {
        self.is_junction.insert(vertex, ());
    }

    pub fn is_junction(&self, vertex: u32) -> bool {
        self.is_junction.contains_key(&vertex)
    }

    pub fn coords(&self, ring: &[u32]) -> Vec<Coord> {
        ring.iter().map(|&v| self.points[v as usize]).collect()
    }

    /// Cuts a face by a new street through `at`; gives the faces on the left and on the right.
    pub fn cut(
        &mut self,
        ring: &[u32],
        at: Coord,
        direction: Coord,
        class: Class,
        style: &CutStyle,
        dice: &mut Dice,
    ) -> Option<[Vec<u32>; 2]> {
        let coords = self.coords(ring);
        let chord = chord(&coords, at, direction)?;
        let [i, j] = chord.map(|(edge, t)| self.free_vertex(ring, if t > 0.5 { edge + 1 } else { edge }));
        let (i, j) = (i?, j?);
        let n = ring.len();
        let between = (j + n - i) % n;
        if between < 4 || n - between < 4 {
            return None;
        }
        let path = draw_path(coords[i], coords[j], style, dice);
        if !fits(&coords, i, j, &path, style.clearance_m) {
            return None;
        }
        let mouth = self.mouth(ring, i, class);
        let street = self.streets.len() as u32;
        let mut vertices = vec![ring[i]];
        for at in path {
            vertices.push(self.add_point(at));
        }
        vertices.push(ring[j]);
        let mut metres = 0.0;
        for pair in vertices.windows(2) {
            let step = length(self.points[pair[1] as usize] - self.points[pair[0] as usize]);
            self.add_edge(pair[0], pair[1], street, class.half_width_m(), (metres, metres + step));
            metres += step;
        }
        self.mark_junction(ring[i]);
        self.mark_junction(ring[j]);
        let path = self.coords(&vertices);
        self.streets.push(Path { class, ids: vertices.clone(), vertices: path, mouth, is_water: false });
        let inner = &vertices[1..vertices.len() - 1];
        let walk = |from: usize, steps: usize| (0..=steps).map(move |k| ring[(from + k) % n]);
        let right = walk(i, between).chain(inner.iter().rev().copied()).collect();
        let left = walk(j, n - between).chain(inner.iter().copied()).collect();
        Some([left, right])
    }

    /// The vertex at this place of the ring or the nearest one where no street begins yet.
    fn free_vertex(&self, ring: &[u32], place: usize) -> Option<usize> {
        let n = ring.len();
        let is_free = |i: usize| !self.is_junction(ring[i % n]);
        [0, 1, n - 1, 2, n - 2]
            .into_iter()
            .map(|shift| (place + shift) % n)
            .find(|&i| is_free(i) && is_free(i + 1) && is_free(i + n - 1))
    }

    /// Where a new street leaves the widest street it touches at vertex `i` of the ring.
    fn mouth(&self, ring: &[u32], i: usize, class: Class) -> Option<Mouth> {
        let n = ring.len();
        let (before, here, after) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
        let (into, out) = (self.edge(before, here)?, self.edge(here, after)?);
        let (edge, (from_m, to_m), at_m) = if into.half_width_m >= out.half_width_m {
            let metres = into.metres(before, here);
            (into, metres, metres.1)
        } else {
            let metres = out.metres(here, after);
            (out, metres, metres.0)
        };
        let parent = &self.streets[edge.street as usize];
        let leaves = class > Class::Lane && parent.class < Class::Path && !parent.is_water;
        // the ring runs counter-clockwise: its inside lies left of the street where both run alike
        leaves.then_some(Mouth { street: edge.street, at_m, on_left: to_m > from_m })
    }

    /// Half the ways of the ring's edges moved inwards: the block that is left between its streets.
    /// Where the full widths leave nothing sound, narrower ones are tried.
    pub fn inset(&self, ring: &[u32]) -> Option<Vec<Coord>> {
        let coords = self.coords(ring);
        let n = ring.len();
        let width = |i: usize| self.edge(ring[i % n], ring[(i + 1) % n]).map_or(0.0, |e| e.half_width_m);
        let whole = plane::area(&coords);
        [1.0, 0.6, 0.3, 0.1].into_iter().find_map(|part| {
            let inset: Vec<Coord> = (0..n)
                .map(|i| {
                    let (before, here, after) = (coords[(i + n - 1) % n], coords[i], coords[(i + 1) % n]);
                    let widths = (width(i + n - 1) * part, width(i) * part);
                    let corner =
                        plane::inset_corner(unit(here - before), unit(after - here), widths.0, widths.1);
                    surveyed(here + corner)
                })
                .collect();
            (plane::is_simple(&inset) && plane::area(&inset) > 0.3 * whole).then_some(inset)
        })
    }
}

/// Interior vertices of a path that bows and strays.
pub fn draw_path(from: Coord, to: Coord, style: &CutStyle, dice: &mut Dice) -> Vec<Coord> {
    let span = to - from;
    let reach = length(span);
    let across = left_of(unit(span));
    let pieces = (reach / style.spacing_m).round().max(1.0) as usize;
    let bow = dice.wobble(style.bow) * reach * 4.0;
    let wave = dice.wobble(style.bow) * reach * 8.0;
    (1..pieces)
        .map(|k| {
            let t = (k as f64 + dice.wobble(0.15)) / pieces as f64;
            let bulge = t * (1.0 - t) * (bow + wave * (0.5 - t));
            surveyed(from + span * t + across * (bulge + dice.wobble(style.stray_m)))
        })
        .collect()
}

/// Whether a path from vertex `i` to vertex `j` runs inside the ring, leaves both ends at a good
/// angle and keeps its distance.
fn fits(ring: &[Coord], i: usize, j: usize, path: &[Coord], clearance_m: f64) -> bool {
    const SHARPEST_COSINE: f64 = 0.55;
    let n = ring.len();
    let leaves_well = |at: usize, next: Coord| {
        let way = unit(next - ring[at]);
        [ring[(at + 1) % n], ring[(at + n - 1) % n]]
            .into_iter()
            .all(|side| dot(way, unit(side - ring[at])) < SHARPEST_COSINE)
    };
    let (first, last) = (path.first().copied().unwrap_or(ring[j]), path.last().copied().unwrap_or(ring[i]));
    if !leaves_well(i, first) || !leaves_well(j, last) {
        return false;
    }
    if path.first().is_some_and(|&p| !contains(ring, p)) {
        return false;
    }
    // most of a long ring is far away: sorted out by two comparisons an edge
    let longest = plane::edges(ring).map(|(a, b)| length(b - a)).fold(0.0, f64::max);
    for &p in path {
        let clearance = clearance_m.min(length(p - ring[i]).min(length(p - ring[j])) * 0.6);
        let reach = clearance + longest;
        let is_near = |a: Coord| (a.x - p.x).abs() < reach && (a.y - p.y).abs() < reach;
        if plane::edges(ring).any(|(a, b)| is_near(a) && distance_to_segment(p, a, b) < clearance) {
            return false;
        }
    }
    let mut whole = vec![ring[i]];
    whole.extend_from_slice(path);
    whole.push(ring[j]);
    for (k, leg) in whole.windows(2).enumerate() {
        let reach = length(leg[1] - leg[0]) + longest;
        for m in 0..n {
            let a = ring[m];
            if (a.x - leg[0].x).abs() > reach || (a.y - leg[0].y).abs() > reach {
                continue;
            }
            let touches_start = k == 0 && (m == i || (m + 1) % n == i);
            let touches_end = k + 2 == whole.len() && (m == j || (m + 1) % n == j);
            if !touches_start && !touches_end && segments_meet(leg[0], leg[1], a, ring[(m + 1) % n]) {
                return false;
            }
        }
    }
    true
}

/// A point such that the line through it in the direction leaves `share` of the ring on its left.
pub fn place_of_share(ring: &[Coord], direction: Coord, share: f64) -> Coord {
    let centre = plane::frame(ring).centre;
    let across = left_of(direction);
    let reach = plane::frame_along(ring, centre, across).reach;
    let whole = plane::area(ring);
    let (mut low, mut high) = reach;
    for _ in 0..20 {
        let middle = (low + high) / 2.0;
        let left = area_left_of(ring, centre + across * middle, direction) / whole;
        if left > share { low = middle } else { high = middle }
    }
    centre + across * ((low + high) / 2.0)
}
