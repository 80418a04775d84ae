use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
#[fault(code = self.number)]
struct BankError {
    number: i32,
}

#[derive(XmlRpcFault)]
enum LimitError {
    #[fault(code = number)]
    Numbered { number: i32 },
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

impl std::fmt::Display for LimitError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too much")
    }
}

fn main() {}
