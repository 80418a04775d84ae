use super::kind::ValueType;

/// What is known of a type without a value of it: what it is on the wire, and of a struct the names of its members, of an
/// array what it holds.
///
/// ```
/// use tagwire::{TypeInfo, ValueType};
///
/// let info = TypeInfo::from(ValueType::Int);
/// assert_eq!(info.value_type(), ValueType::Int);
/// assert!(info.members().is_empty() && info.element().is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeInfo {
    value_type: ValueType,
    members: &'static [&'static str],
    element: Option<Box<TypeInfo>>,
}

impl TypeInfo {
    pub(crate) fn with_members(members: &'static [&'static str]) -> Self {
        Self { members, ..Self::from(ValueType::Struct) }
    }

    /// An array; `element` is `None` where it may hold anything.
    pub(crate) fn array_of(element: Option<Self>) -> Self {
        Self { element: element.map(Box::new), ..Self::from(ValueType::Array) }
    }

    /// What it is on the wire.
    #[must_use]
    pub const fn value_type(&self) -> ValueType {
        self.value_type
    }

    /// The names of a struct's members, in the order of their declaration; empty where the type does not tell them, as
    /// a map.
    #[must_use]
    pub const fn members(&self) -> &'static [&'static str] {
        self.members
    }

    /// What each element of an array is, where that is known.
    #[must_use]
    pub fn element(&self) -> Option<&Self> {
        self.element.as_deref()
    }
}

impl From<ValueType> for TypeInfo {
    fn from(value_type: ValueType) -> Self {
        Self { value_type, members: &[], element: None }
    }
}
