//! A Markdown table with columns as wide as their widest cell, numbers to the right.

pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(heads: &[&str]) -> Self {
        Self { rows: vec![heads.iter().map(|&head| head.to_owned()).collect()] }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints it under a heading.
    pub fn print(&self, heading: &str) {
        println!("\n### {heading}\n\n{self}");
    }
}

impl std::fmt::Display for Table {
    /// As Markdown. The first column is text, the others are numbers.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = self.rows[0].len();
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3);
        for (i, row) in self.rows.iter().enumerate() {
            let cells = row.iter().enumerate().map(|(column, cell)| {
                let width = width(column);
                if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            let separator = if i == 0 { "" } else { "\n" };
            write!(f, "{separator}| {} |", cells.collect::<Vec<_>>().join(" | "))?;
            if i == 0 {
                let rule = (0..columns).map(|column| {
                    let dashes = "-".repeat(width(column) + 1);
                    if column == 0 { format!("{dashes}-") } else { format!("{dashes}:") }
                });
                write!(f, "\n|{}|", rule.collect::<Vec<_>>().join("|"))?;
            }
        }
        Ok(())
    }
}

/// `1234567` as `1,234,567`.
pub fn whole(n: impl TryInto<u64>) -> String {
    let digits = n.try_into().unwrap_or(u64::MAX).to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
