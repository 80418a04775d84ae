//! Serializers that take little refuse the rest.

/// The methods of a serializer that answer with the error that a function makes.
macro_rules! refuse {
    ($error:expr; $($method:ident($($argument:ty),*) -> $ok:ty;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<$ok, Error> {
            Err($error)
        }
    )*};
}

/// The same for what holds other values: newtype variants, and arrays and structs of every kind.
macro_rules! refuse_newtype_variant {
    ($error:expr; $ok:ty) => {
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<$ok, Error> {
            Err($error)
        }
    };
}

pub(crate) use {refuse, refuse_newtype_variant};
