use tagwire::XmlRpcFault;

#[derive(XmlRpcFault)]
enum BankError {
    #[fault(code = 2_147_483_648)]
    NoAccount(u32),
    #[fault(code = -2_147_483_649)]
    Locked,
}

impl std::fmt::Display for BankError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refused")
    }
}

fn main() {}
