//! Every feature is told of on the first page of the documentation, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn the_table_has_every_feature_and_whether_it_is_on() {
    let manifest = read("Cargo.toml");
    let section = manifest.split_once("\n[features]\n").unwrap().1.split("\n[").next().unwrap();
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    let features: Vec<(&str, &str)> = lines.filter_map(|line| line.split_once(" = ")).collect();
    let on = features.iter().find(|(name, _)| *name == "default").unwrap().1;
    let there: BTreeSet<_> = features
        .iter()
        .filter(|(name, _)| *name != "default" && !name.starts_with("__"))
        .map(|(name, _)| ((*name).to_owned(), on.contains(&format!("\"{name}\""))))
        .collect();

    let page = read("src/lib.rs");
    let rows = page.lines().skip_while(|line| *line != "//! | feature | default | what it adds |").skip(2);
    let rows = rows.map_while(|line| line.strip_prefix("//! | ")).map(|row| row.split(" | ").collect::<Vec<_>>());
    let told: BTreeSet<_> = rows
        .flat_map(|row| {
            let names: Vec<_> = row[0].split('`').skip(1).step_by(2).map(str::to_owned).collect();
            let on = row[1] == "yes";
            names.into_iter().map(move |name| (name, on))
        })
        .collect();
    assert_eq!(told, there);
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}
