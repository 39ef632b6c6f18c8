//! A feature's command integers as points, lines or rings: the grammar of MVT 2.1, 4.3, to the letter.

use crate::geometry::ShapeKind;

/// A place in tile units, y southwards.
pub(super) type Unit = (i64, i64);

/// Points, lines or rings as a tile has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    pub kind: ShapeKind,
    /// Lines; or rings, which are open: their first vertex is not repeated; or one part with all points.
    pub parts: Vec<Vec<Unit>>,
}

/// What a command is not as the grammar has it.
pub(super) type Ungrammatical = &'static str;

/// `id` of a command and how often it is repeated.
type Command = (u32, u32);

const MOVE_TO: u32 = 1;
const LINE_TO: u32 = 2;
const CLOSE_PATH: Command = (7, 1);

impl Shape {
    /// Reads the geometry of a feature of this type.
    pub fn read(kind: u64, commands: &[u32]) -> Result<Self, Ungrammatical> {
        let mut pen = Pen { rest: commands, at: (0, 0) };
        let kind = match kind {
            1 => ShapeKind::Point,
            2 => ShapeKind::Line,
            3 => ShapeKind::Polygon,
            _ => return Err("a type of geometry that is not point, line or polygon"),
        };
        let mut parts = vec![pen.part(kind)?];
        while !pen.rest.is_empty() {
            if kind == ShapeKind::Point {
                return Err("points go on after their MoveTo");
            }
            parts.push(pen.part(kind)?);
        }
        Ok(Self { kind, parts })
    }

    /// All vertices.
    pub fn vertices(&self) -> impl Iterator<Item = Unit> {
        self.parts.iter().flatten().copied()
    }
}

/// The cursor, and the integers that are left.
struct Pen<'a> {
    rest: &'a [u32],
    at: Unit,
}

impl Pen<'_> {
    fn part(&mut self, kind: ShapeKind) -> Result<Vec<Unit>, Ungrammatical> {
        match kind {
            ShapeKind::Point => self.points(),
            ShapeKind::Line => self.path(1),
            ShapeKind::Polygon => self.ring(),
        }
    }

    fn points(&mut self) -> Result<Vec<Unit>, Ungrammatical> {
        match self.command()? {
            (MOVE_TO, count @ 1..) => (0..count).map(|_| self.step(true)).collect(),
            _ => Err("points do not begin with a MoveTo"),
        }
    }

    fn ring(&mut self) -> Result<Vec<Unit>, Ungrammatical> {
        let ring = self.path(2)?;
        if self.command()? != CLOSE_PATH {
            return Err("a ring is not closed by one ClosePath");
        }
        if ring.first() == ring.last() {
            return Err("a ring repeats its first vertex before ClosePath");
        }
        Ok(ring)
    }

    /// A MoveTo of one and a LineTo of at least so many.
    fn path(&mut self, least: u32) -> Result<Vec<Unit>, Ungrammatical> {
        if self.command()? != (MOVE_TO, 1) {
            return Err("a line or ring does not begin with one MoveTo");
        }
        let mut path = vec![self.step(true)?];
        let (LINE_TO, count) = self.command()? else {
            return Err("a MoveTo is not followed by a LineTo");
        };
        if count < least {
            return Err("a LineTo has too few vertices");
        }
        for _ in 0..count {
            path.push(self.step(false)?);
        }
        Ok(path)
    }

    fn command(&mut self) -> Result<Command, Ungrammatical> {
        let (&first, rest) = self.rest.split_first().ok_or("the commands end early")?;
        self.rest = rest;
        Ok((first & 7, first >> 3))
    }

    fn step(&mut self, may_stand: bool) -> Result<Unit, Ungrammatical> {
        let ([x, y], rest) = self.rest.split_first_chunk().ok_or("the commands end early")?;
        self.rest = rest;
        let signed = |n: u32| i64::from((n >> 1).cast_signed() ^ -(n & 1).cast_signed());
        let (dx, dy) = (signed(*x), signed(*y));
        if (dx, dy) == (0, 0) && !may_stand {
            return Err("a LineTo does not move");
        }
        // at most 2^29 steps of 2^31: no sum exceeds 64 bits
        self.at = (self.at.0 + dx, self.at.1 + dy);
        Ok(self.at)
    }
}

/// Twice the area inside a ring: positive for an outer one (MVT 2.1, 4.3.4.4).
pub(super) fn twice_area(ring: &[Unit]) -> i128 {
    let Some(&(x, y)) = ring.first() else { return 0 };
    let from_first = |&(a, b): &Unit| (i128::from(a - x), i128::from(b - y));
    ring.windows(2)
        .map(|edge| {
            let (a, b) = (from_first(&edge[0]), from_first(&edge[1]));
            a.0 * b.1 - b.0 * a.1
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(9, 0, 0)`: MoveTo of one to the origin.
    #[test]
    fn every_fault_of_grammar_has_its_sentence() {
        let faults: [(u64, &[u32], &str); 12] = [
            (0, &[9, 0, 0], "a type of geometry"),
            (1, &[], "the commands end early"),
            (1, &[17, 0, 0], "the commands end early"),
            (1, &[1], "points do not begin"),
            (1, &[9, 0, 0, 9, 2, 2], "points go on"),
            (2, &[17, 0, 0, 2, 2, 10, 2, 2], "does not begin with one MoveTo"),
            (2, &[9, 0, 0, 15], "not followed by a LineTo"),
            (2, &[9, 0, 0, 10, 0, 0], "does not move"),
            (2, &[9, 0, 0, 2], "too few"),
            (3, &[9, 0, 0, 10, 2, 0, 15], "too few"),
            (3, &[9, 0, 0, 18, 2, 0, 0, 2, 9, 0, 0], "not closed"),
            (3, &[9, 0, 0, 26, 2, 0, 0, 2, 1, 1, 15], "repeats its first vertex"),
        ];
        for (kind, commands, sentence) in faults {
            let fault = Shape::read(kind, commands).unwrap_err();
            assert!(fault.contains(sentence), "{kind} {commands:?}: {fault}");
        }
    }

    #[test]
    fn the_examples_of_the_specification_are_read() {
        // MVT 2.1, 4.3.5.2, 4.3.5.4 and 4.3.5.6
        let points = Shape::read(1, &[17, 10, 14, 3, 9]).unwrap();
        assert_eq!(points.parts, [[(5, 7), (3, 2)]]);
        let lines = Shape::read(2, &[9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]).unwrap();
        assert_eq!(lines.parts, [vec![(2, 2), (2, 10), (10, 10)], vec![(1, 1), (3, 5)]]);
        let commands = [
            9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4, 13, 26, 0, 8,
            8, 0, 0, 7, 15,
        ];
        let rings = Shape::read(3, &commands).unwrap();
        assert_eq!(rings.parts.iter().map(|ring| twice_area(ring)).collect::<Vec<_>>(), [200, 162, -32]);
    }
}
