//! One element with everything in it.

/// An element of XML: names without prefix, all its text in one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Element {
    /// Without prefix.
    pub name: String,
    /// Names without prefix; declarations of namespaces are not among them.
    pub attributes: Vec<(String, String)>,
    /// Texts directly in it, one after the other.
    pub text: String,
    /// Elements directly in it.
    pub children: Vec<Element>,
    problem: Option<String>,
}

impl Element {
    /// An element with nothing in it yet.
    pub fn named(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// An element whose own tag cannot be read.
    pub fn spoilt(problem: String) -> Self {
        Self { problem: Some(problem), ..Self::default() }
    }

    /// Why its own tag cannot be read.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(super) fn bytes(&self) -> usize {
        let attributes: usize =
            self.attributes.iter().map(|(name, value)| name.len() + value.len() + 48).sum();
        self.name.len() + attributes
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}
