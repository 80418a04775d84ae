use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
#[fault(code = 1.5)]
enum BankError {
    #[fault(code = "404")]
    NoAccount(u32),
    #[fault(code = -4.0)]
    Limits,
    #[fault(code = true)]
    Closed,
    #[fault(code)]
    Locked,
    #[fault(code(404))]
    Missing,
    #[fault(code =)]
    Unknown,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
