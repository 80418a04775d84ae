use tagwire::XmlRpcFault;

fn code() -> i32 {
    404
}

#[derive(XmlRpcFault)]
enum BankError {
    #[fault(code = code())]
    NoAccount(u32),
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
