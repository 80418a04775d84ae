//! `COMPARISON.md` rests on tests that there are, and has a line for each row of the README's table.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_test_that_is_named_is_there() {
    let there = names_of_functions(Path::new(env!("CARGO_MANIFEST_DIR")));
    let rows = rows(&page("COMPARISON.md"), "| row |");
    let named: Vec<_> = rows.iter().flat_map(|row| row[1].split('`').skip(1).step_by(2)).collect();
    assert!(named.len() > 50, "{} tests are named: does this test still read them?", named.len());

    // A name with underscores: `Cargo.toml` and a lint's setting are no tests.
    let lost: Vec<_> = named
        .into_iter()
        .filter(|name| name.contains('_') && !name.contains(' '))
        .filter(|name| !there.contains(*name))
        .collect();
    assert!(lost.is_empty(), "no such tests: {lost:#?}");
}

#[test]
fn every_row_of_the_readme_has_its_line() {
    let table: Vec<_> = rows(&page("README.md"), "| | tagwire | CPython |")
        .into_iter()
        .map(|row| row[0].clone())
        .filter(|row| !["language", "how you get it"].contains(&row.as_str()))
        .collect();
    let lines: Vec<_> = rows(&page("COMPARISON.md"), "| row |").into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(table, lines);
}

/// The cells of the table that begins with this line, without its heading.
fn rows(page: &str, heading: &str) -> Vec<Vec<String>> {
    let lines = page.lines().skip_while(|line| !line.starts_with(heading)).skip(2);
    lines
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("the page is there")
}

/// Those of the tests.
fn names_of_functions(root: &Path) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders = vec![root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(path).unwrap();
                let functions = source.split("fn ").skip(1).filter_map(|rest| rest.split_once('('));
                names.extend(functions.map(|(name, _)| name.to_owned()));
            }
        }
    }
    names
}
