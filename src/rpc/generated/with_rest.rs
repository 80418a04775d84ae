//! The parameters of a call from a typed client whose last argument is a [`Rest`].

use serde::ser::{Serialize, SerializeSeq, Serializer};

use crate::rpc::extractors::Rest;

/// A tuple of arguments, and those that follow it one by one.
#[derive(Debug)]
pub struct WithRest<L, T>(pub L, pub Rest<T>);

/// A tuple whose elements can be written one by one.
pub trait Leading {
    /// How many there are.
    const LENGTH: usize;

    /// Writes each.
    ///
    /// # Errors
    /// One cannot be written.
    fn write_each<S: SerializeSeq>(&self, out: &mut S) -> Result<(), S::Error>;
}

impl<L: Leading, T: Serialize> Serialize for WithRest<L, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(leading, Rest(rest)) = self;
        let mut out = serializer.serialize_seq(Some(L::LENGTH + rest.len()))?;
        leading.write_each(&mut out)?;
        for value in rest {
            out.serialize_element(value)?;
        }
        out.end()
    }
}

macro_rules! leading {
    ($($length:literal: ($($element:ident)*))*) => {$(
        impl<$($element: Serialize),*> Leading for ($($element,)*) {
            const LENGTH: usize = $length;

            #[allow(non_snake_case, unused_variables)]
            fn write_each<S: SerializeSeq>(&self, out: &mut S) -> Result<(), S::Error> {
                let ($($element,)*) = self;
                $(out.serialize_element($element)?;)*
                Ok(())
            }
        }
    )*};
}

leading! {
    0: ()
    1: (T1)
    2: (T1 T2)
    3: (T1 T2 T3)
    4: (T1 T2 T3 T4)
    5: (T1 T2 T3 T4 T5)
    6: (T1 T2 T3 T4 T5 T6)
    7: (T1 T2 T3 T4 T5 T6 T7)
    8: (T1 T2 T3 T4 T5 T6 T7 T8)
    9: (T1 T2 T3 T4 T5 T6 T7 T8 T9)
    10: (T1 T2 T3 T4 T5 T6 T7 T8 T9 T10)
    11: (T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11)
}
