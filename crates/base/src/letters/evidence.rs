//! What the bytes of some cells say for each set of letters: how many Vietnamese syllables they are when read in it.

use super::set::{LetterSet, Utf8Letters};
use super::words::{Judgement, judge};

/// Sets that are found by what they yield, the likeliest first. TCVN3 stands for its capital fonts too.
const CANDIDATES: [LetterSet; 4] =
    [LetterSet::Windows1258, LetterSet::Tcvn3, LetterSet::VniWindows, LetterSet::Windows1252];

/// Points by which one set must lead: what one word is worth that is a syllable in one and none in another.
const LEAD: i64 = 4;

/// Syllables from which a column needs nobody else's word.
const ENOUGH_SYLLABLES: usize = 4;

/// What cells say. It has the same size however many they are.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    utf8: Utf8Letters,
    /// How the cells that are not UTF-8 are judged, in the order of the candidates.
    judged: [Judgement; CANDIDATES.len()],
    /// Whether the two code pages of Windows read any of them differently.
    is_western_distinct: bool,
    /// Words of TCVN3 whose accented letters alone are small.
    half_capitals: usize,
    /// Whether any cell that is not UTF-8 has a small letter of ASCII.
    has_small_letters: bool,
}

/// A set that leads the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Leader {
    pub set: LetterSet,
    /// Whether it has enough syllables to be sure of.
    pub is_certain: bool,
}

impl Evidence {
    /// What one cell says.
    pub fn of(cell: &[u8]) -> Self {
        let mut said = Self { utf8: Utf8Letters::of(cell), ..Self::default() };
        // a cell may have been cut within a letter; one letter alone that is cut is none
        said.utf8.broken += usize::from(said.utf8.is_cut && said.utf8.letters == 0);
        if said.utf8.broken == 0 {
            return said;
        }
        said.has_small_letters = cell.iter().any(u8::is_ascii_lowercase);
        said.is_western_distinct = LetterSet::Windows1252.decode(cell) != LetterSet::Windows1258.decode(cell);
        for (judged, set) in said.judged.iter_mut().zip(CANDIDATES) {
            let (text, strays) = set.decode_counting(cell);
            *judged = judge(&text);
            // marks without their letter make the word around them none
            judged.syllables = judged.syllables.saturating_sub(strays);
            judged.others += strays;
            if set == LetterSet::Tcvn3 {
                said.half_capitals = judged.half_capitals;
                *judged = judged.in_capital_fonts();
            }
        }
        said
    }

    /// Takes what others say.
    pub fn add(&mut self, other: &Self) {
        self.utf8.letters += other.utf8.letters;
        self.utf8.broken += other.utf8.broken;
        for (judged, more) in self.judged.iter_mut().zip(other.judged) {
            judged.add(more);
        }
        self.half_capitals += other.half_capitals;
        self.is_western_distinct |= other.is_western_distinct;
        self.has_small_letters |= other.has_small_letters;
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.utf8.letters == 0 && self.utf8.broken == 0
    }

    /// Whether it is UTF-8, faults here and there aside.
    pub fn is_utf8(&self) -> bool {
        self.utf8.letters > 0 && self.utf8.is_utf8()
    }

    /// The set that leads the others clearly.
    pub(super) fn leader(&self) -> Option<Leader> {
        let ranked = self.ranked();
        let ((best, judged), second) = (*ranked.first()?, ranked.get(1)?.1.points());
        let points = judged.points();
        let has_lead = points > 0 && points - second >= LEAD.max(points / 4);
        // one name of the highlands is a word as well: it has signs in it in every other set
        let is_alone = points > 0 && second < 0;
        let is_certain =
            has_lead && judged.syllables >= ENOUGH_SYLLABLES && judged.others * 4 <= judged.syllables;
        (has_lead || is_alone).then(|| Leader { set: self.font(best), is_certain })
    }

    /// The sets that nothing speaks against more than against the best one.
    pub(super) fn possible(&self) -> Vec<LetterSet> {
        let ranked = self.ranked();
        let best = ranked.first().map_or(0, |(_, judged)| judged.points());
        let near = ranked.iter().filter(|(_, judged)| best - judged.points() < LEAD);
        near.map(|(set, _)| self.font(*set)).collect()
    }

    /// The candidates, the best first; Windows-1252 only where it is another text than Windows-1258.
    fn ranked(&self) -> Vec<(LetterSet, Judgement)> {
        let mut ranked: Vec<(LetterSet, Judgement)> = CANDIDATES.into_iter().zip(self.judged).collect();
        ranked.retain(|(set, _)| *set != LetterSet::Windows1252 || self.is_western_distinct);
        ranked.sort_by_key(|(_, judged)| -judged.points());
        ranked
    }

    /// TCVN3 in a capital font where all letters are capitals or tell of one.
    fn font(&self, set: LetterSet) -> LetterSet {
        match set {
            LetterSet::Tcvn3 if self.half_capitals > 0 && !self.has_small_letters => LetterSet::Tcvn3Capitals,
            other => other,
        }
    }
}
