use tagwire::XmlRpcFault;

const NOT_FOUND: &str = "404";
const LOCKED: u64 = 423;

#[derive(XmlRpcFault)]
enum BankError {
    #[fault(code = NOT_FOUND)]
    NoAccount(u32),
    #[fault(code = LOCKED)]
    Locked,
    #[fault(code = 404usize)]
    Missing,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
