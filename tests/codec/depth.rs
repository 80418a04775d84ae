//! Depth is counted while reading, so that no document overflows the stack: here the stack is a small one.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::thread;

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use tagwire::{Dialect, Error, Limits, MethodCall, MethodResponse, Value, de, ser};

/// Values may nest 64 deep; the outermost is level 1.
const DEEPEST: usize = 64;
const STACK: usize = 256 * 1024;
const FAR_BEYOND: [usize; 2] = [1_000, 100_000];

/// A type of Rust that is as deep as the document says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Tree {
    #[serde(rename = "end")]
    End,
    /// One level of values for the variant's struct, one for the list.
    #[serde(rename = "list")]
    List(Vec<Tree>),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Chain {
    a: Option<Box<Chain>>,
}

#[test]
fn values_at_the_limit_are_read_copied_shown_written_and_dropped() {
    on_a_small_stack(|| {
        for shape in SHAPES {
            let value: Value = de::from_slice(&shape.document(DEEPEST)).unwrap();
            assert_eq!(depth(&value), DEEPEST, "{}", shape.name);
            live(&value);
        }
    });
}

#[test]
fn typed_values_at_the_limit_are_read_copied_shown_written_and_dropped() {
    on_a_small_stack(|| {
        let chain: Chain = de::from_slice(&STRUCTS.document(DEEPEST).replace_core("<struct></struct>")).unwrap();
        live(&chain);

        let mut tree = Tree::End;
        // The string "end" is a level too, so one list less than half of the levels.
        for _ in 0..(DEEPEST - 1) / 2 {
            tree = Tree::List(vec![tree]);
        }
        live(&tree);
        let deeper = Tree::List(vec![tree]);
        let xml = ser::to_vec(&deeper, &Dialect::default());
        // It may be refused on the way out or on the way in, but it must be refused.
        if let Ok(xml) = xml {
            refused::<Tree>("one list more", &xml);
        }
    });
}

#[test]
fn one_level_more_is_refused() {
    on_a_small_stack(|| {
        for shape in SHAPES {
            every_reader_refuses(shape.name, &shape.document(DEEPEST + 1));
        }
        refused::<Chain>("chain", &STRUCTS.document(DEEPEST + 1).replace_core("<struct></struct>"));
    });
}

#[test]
fn a_thousand_and_a_hundred_thousand_levels_are_refused() {
    on_a_small_stack(|| {
        for levels in FAR_BEYOND {
            for shape in SHAPES {
                every_reader_refuses(shape.name, &shape.document(levels));
                // Without the ends as well: what is refused at level 65 needs no end.
                refused::<Value>(shape.name, &shape.begin(levels));
            }
            refused::<Chain>("chain", &STRUCTS.document(levels));
            refused::<Tree>("tree", &TREE.document(levels));
        }
    });
}

#[test]
fn elements_that_are_skipped_count_as_well() {
    on_a_small_stack(|| {
        for (name, before, after) in UNKNOWN {
            let document = |levels| {
                let nested = "<x>".repeat(levels) + &"</x>".repeat(levels);
                format!("<value><struct>{before}{nested}{after}</struct></value>").into_bytes()
            };
            let value: Value = de::from_slice(&document(DEEPEST)).unwrap_or_else(|error| panic!("{name}: {error}"));
            live(&value);
            for levels in FAR_BEYOND {
                every_reader_refuses(name, &document(levels));
            }
        }
    });
}

#[test]
fn elements_in_every_place_of_the_envelope_count() {
    on_a_small_stack(|| {
        for levels in FAR_BEYOND {
            for tag in ["x", "methodCall", "params", "param", "value", "fault", "int"] {
                let nested = format!("<{tag}>").repeat(levels);
                for (before, name) in [
                    ("", "at the root"),
                    ("<methodCall>", "in a call"),
                    ("<methodCall><methodName>m</methodName>", "after the name"),
                    ("<methodCall><methodName>m</methodName><params>", "in params"),
                    ("<methodResponse>", "in a response"),
                    ("<methodResponse><fault>", "in a fault"),
                ] {
                    let document = format!("{before}{nested}").into_bytes();
                    let place = format!("{levels} of <{tag}> {name}");
                    error_of(&place, MethodCall::<Vec<Value>>::from_xml(&document));
                    error_of(&place, MethodResponse::<Value>::from_xml(&document));
                }
            }
        }
    });
}

#[test]
fn the_limit_that_is_set_is_the_limit() {
    on_a_small_stack(|| {
        for limit in [1, 2, 7, 63, 65] {
            let limits = Limits::default().max_depth(limit);
            let levels = usize::try_from(limit).unwrap();
            for shape in SHAPES {
                let at: Value = de::from_slice_with(&shape.document(levels), &Dialect::default(), limits).unwrap();
                assert_eq!(depth(&at), levels, "{}", shape.name);
                let error =
                    de::from_slice_with::<Value>(&shape.document(levels + 1), &Dialect::default(), limits).unwrap_err();
                assert!(error.code() == -32600 && error.is_limit(), "{}: {error}", shape.name);
            }
        }
    });
}

#[test]
fn a_parameter_is_level_one() {
    on_a_small_stack(|| {
        for shape in SHAPES {
            let call = |levels| call(&shape.document(levels));
            let read = MethodCall::<Vec<Value>>::from_xml(&call(DEEPEST)).unwrap();
            assert_eq!(depth(&read.params()[0]), DEEPEST, "{}", shape.name);
            live(&read.into_parts().1.remove(0));
        }
    });
}

/// One way of nesting a value in another.
struct Shape {
    name: &'static str,
    /// What stands around the value further in.
    before: &'static str,
    after: &'static str,
}

const ARRAYS: Shape = Shape { name: "arrays", before: "<value><array><data>", after: "</data></array></value>" };
const STRUCTS: Shape =
    Shape { name: "structs", before: "<value><struct><member><name>a</name>", after: "</member></struct></value>" };
const TREE: Shape = Shape {
    name: "tree",
    before: "<value><struct><member><name>list</name><value><array><data>",
    after: "</data></array></value></member></struct></value>",
};
const SHAPES: [Shape; 9] = [
    ARRAYS,
    STRUCTS,
    Shape { name: "arrays without data", before: "<value><array>", after: "</array></value>" },
    Shape {
        name: "values before names",
        before: "<value><struct><member>",
        after: "<name>a</name></member></struct></value>",
    },
    Shape {
        name: "structs with blanks and comments",
        before: "<value> <struct>\n<member><!-- < --> <name>a</name>\n",
        after: "\n</member> </struct><?p?> </value>",
    },
    Shape { name: "arrays with attributes", before: "<value a='>'><array><data>", after: "</data></array></value >" },
    // The outermost value has its `<value>`, the others have none.
    Shape { name: "bare arrays", before: "<array><data>", after: "</data></array>" },
    Shape { name: "bare structs", before: "<struct><member><name>a</name>", after: "</member></struct>" },
    Shape { name: "bare structs, values first", before: "<struct><member>", after: "<name>a</name></member></struct>" },
];

/// Where an element that is not known stands in a struct, with what is before and after it.
const UNKNOWN: [(&str, &str, &str); 4] = [
    ("in the struct", "", "<member><name>a</name><value>1</value></member>"),
    ("at the end of the struct", "<member><name>a</name><value>1</value></member>", ""),
    ("in the member", "<member>", "<name>a</name><value>1</value></member>"),
    ("between value and name", "<member><value>1</value>", "<name>a</name></member>"),
];

impl Shape {
    /// A document whose values nest so deep.
    fn document(&self, levels: usize) -> Vec<u8> {
        let mut document = self.begin(levels);
        document.extend(self.after.repeat(levels - 1).bytes());
        if self.is_bare() {
            document.extend(b"</value>");
        }
        document
    }

    /// The same without the ends.
    fn begin(&self, levels: usize) -> Vec<u8> {
        let outermost = if self.is_bare() { "<value>" } else { "" };
        let core = if self.is_bare() { "<int>1</int>" } else { CORE };
        format!("{outermost}{}{core}", self.before.repeat(levels - 1)).into_bytes()
    }

    fn is_bare(&self) -> bool {
        !self.before.starts_with("<value")
    }
}

const CORE: &str = "<value><int>1</int></value>";

trait ReplaceCore {
    /// The same document with something else in the innermost value.
    fn replace_core(&self, core: &str) -> Vec<u8>;
}

impl ReplaceCore for Vec<u8> {
    fn replace_core(&self, core: &str) -> Vec<u8> {
        let document = std::str::from_utf8(self).unwrap();
        assert_eq!(document.matches(CORE).count(), 1);
        document.replace(CORE, &format!("<value>{core}</value>")).into_bytes()
    }
}

fn call(value: &[u8]) -> Vec<u8> {
    let value = std::str::from_utf8(value).unwrap();
    format!("<methodCall><methodName>m</methodName><params><param>{value}</param></params></methodCall>").into_bytes()
}

fn response(value: &[u8]) -> Vec<u8> {
    let value = std::str::from_utf8(value).unwrap();
    format!("<methodResponse><params><param>{value}</param></params></methodResponse>").into_bytes()
}

fn fault(value: &[u8]) -> Vec<u8> {
    let value = std::str::from_utf8(value).unwrap();
    let member = |name, value: &str| format!("<member><name>{name}</name>{value}</member>");
    let members = [member("faultCode", CORE), member("faultString", CORE), member("more", value)].concat();
    format!("<methodResponse><fault><value><struct>{members}</struct></value></fault></methodResponse>").into_bytes()
}

fn every_reader_refuses(name: &str, value: &[u8]) {
    refused::<Value>(name, value);
    refused::<IgnoredAny>(name, value);
    refused::<()>(name, value);
    refused::<BTreeMap<String, IgnoredAny>>(name, value);
    refused::<Vec<Value>>(name, value);
    let call = call(value);
    is_limit(name, &error_of(name, MethodCall::<Vec<Value>>::from_xml(&call)));
    is_limit(name, &error_of(name, MethodCall::<(IgnoredAny,)>::from_xml(&call)));
    is_limit(name, &error_of(name, MethodResponse::<Value>::from_xml(&response(value))));
    is_limit(name, &error_of(name, MethodResponse::<()>::from_xml(&response(value))));
    is_limit(name, &error_of(name, MethodResponse::<Value>::from_xml(&fault(value))));
}

/// Reading ends in the error of a limit, or, where the type asked for another kind of value before that, in the
/// error that says so.
fn refused<T: DeserializeOwned + Debug>(name: &str, document: &[u8]) {
    let error = error_of(name, de::from_slice::<T>(document));
    assert!(error.is_limit() || error.is_type_mismatch(), "{name}: {error}");
    if !error.is_type_mismatch() {
        is_limit(name, &error);
    }
}

fn is_limit(name: &str, error: &Error) {
    assert!(error.code() == -32600 && error.is_limit(), "{name}: {} {error}", error.code());
}

#[track_caller]
fn error_of<T: Debug>(name: &str, read: Result<T, Error>) -> Error {
    match read {
        Err(error) => error,
        // Not shown: what was read may be deeper than this stack.
        Ok(_) => panic!("{name}: was read"),
    }
}

/// All that a program does with a value.
fn live<T: Debug + Clone + PartialEq + Serialize + DeserializeOwned>(value: &T) {
    // With `allow_none` a `None` in the innermost struct would be a level of its own.
    let dialect = Dialect::default();
    let copy = value.clone();
    assert!(copy == *value);
    assert!(!format!("{value:?}").is_empty());
    assert!(!format!("{value:#?}").is_empty());
    let written = ser::to_vec(value, &dialect).unwrap();
    assert!(de::from_slice::<T>(&written).unwrap() == *value);
    let tree = ser::to_value(value).unwrap();
    assert!(de::from_value::<T>(tree).unwrap() == *value);
    drop(copy);
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Struct(members) => 1 + members.iter().map(|(_, member)| depth(member)).max().unwrap_or(0),
        _ => 1,
    }
}

fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    if let Err(panic) = thread::Builder::new().stack_size(STACK).spawn(test).unwrap().join() {
        std::panic::resume_unwind(panic);
    }
}
