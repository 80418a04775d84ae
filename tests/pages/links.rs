//! The links of the project's pages lead somewhere: a path to a file or a folder that is there, an `#anchor` to a heading
//! of its page.
//!
//! Links to other sites are not followed, since a test needs no network. Those between items of the documentation are
//! rustdoc's to check, and `src/guide/` is a part of that.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_link_of_every_page_leads_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = pages(root);
    for expected in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "COMPATIBILITY.md", "BENCHMARKS.md"]
    {
        assert!(pages.contains(&root.join(expected)), "{expected} is not among the pages");
    }
    let links: usize = pages.iter().map(|page| links(&read(page)).len()).sum();
    assert!(links > 50, "{links} links on all pages: does this test still read them?");

    let lost: Vec<_> = pages.iter().flat_map(|page| lost(root, page, &read(page))).collect();
    assert!(lost.is_empty(), "links that lead nowhere:\n{}\n", lost.join("\n"));
}

#[test]
fn a_lost_link_is_told_with_its_page_and_line() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = "# A page\n\n[here](#a-page) [there](tests/corpus) [not](#another)\n[no file](tests/none.rs), [no heading](README.md#none)";
    assert_eq!(
        lost(root, &root.join("PAGE.md"), page),
        [
            "PAGE.md:3: #another: PAGE.md has no such heading",
            "PAGE.md:4: tests/none.rs: no such file",
            "PAGE.md:4: README.md#none: README.md has no such heading",
        ]
    );
}

#[test]
fn links_are_found_in_every_form() {
    let page = "[a](one.md) ![b](<two words.png> \"title\")\n\n[c][label] [label]: no\n\n[label]: three.md\n<a href=\"four.md\">d</a>";
    assert_eq!(links(page), [(1, "one.md"), (1, "two words.png"), (5, "three.md"), (6, "four.md")].map(own));
}

#[test]
fn code_has_no_links() {
    assert_eq!(links("`[a](b)` ``x ` [a](b)`` [c](d)\n```text\n[e](f)\n```\n~~~\n[g](h)\n~~~"), [own((1, "d"))]);
}

#[test]
fn anchors_are_those_of_github() {
    let page = "# Reading & writing\n## `Client::call`, in short\n## Two\n## Two\n```\n# no heading\n```\n### [A link](x.md)!\n<a name=\"own\"></a>";
    let expected = ["reading--writing", "clientcall-in-short", "two", "two-1", "a-link", "own"];
    assert_eq!(anchors(page), expected.map(String::from).into());
}

/// The Markdown of the project, but for the guide.
fn pages(root: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                // `fuzz` has a `target` of its own, and what npm brings is not ours.
                if !name.starts_with('.') && !["target", "node_modules", "guide"].contains(&&*name) {
                    folders.push(path);
                }
            } else if name.ends_with(".md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

fn lost(root: &Path, page: &Path, text: &str) -> Vec<String> {
    let told = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let mut lost = Vec::new();
    for (line, link) in links(text) {
        if is_elsewhere(&link) {
            continue;
        }
        let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
        let target = match path {
            "" => page.to_owned(),
            path => page.parent().unwrap_or(root).join(path),
        };
        if !path.is_empty() && !target.exists() {
            lost.push(format!("{}:{line}: {link}: no such file", told(page)));
        } else if !anchor.is_empty() {
            // The text at hand counts, and that of another page is read.
            let found = if path.is_empty() { anchors(text) } else { anchors(&read(&target)) };
            if !found.contains(anchor) {
                lost.push(format!("{}:{line}: {link}: {} has no such heading", told(page), told(&target)));
            }
        }
    }
    lost
}

/// With a scheme, as `https:` and `mailto:` are.
fn is_elsewhere(link: &str) -> bool {
    let scheme = link.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter)))
}

/// Where the links of a page lead, and on which lines they stand.
fn links(page: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (number, line) in prose(page) {
        let line = without_code(line);
        if let Some((label, target)) = line.split_once("]: ")
            && label.starts_with('[')
            && !label.contains(']')
        {
            links.push((number, target.trim().to_owned()));
            continue;
        }
        let mut rest = line.as_str();
        while let Some((at, opening)) = ["](", "href=\""].iter().filter_map(|o| Some((rest.find(o)?, o))).min() {
            rest = &rest[at + opening.len()..];
            let (target, end) = match (*opening, rest.strip_prefix('<')) {
                ("](", Some(target)) => (target, '>'),
                ("](", None) => (rest, ')'),
                (_, _) => (rest, '"'),
            };
            let target = target.split(end).next().unwrap_or_default();
            // A title may follow, except in `<…>`.
            let target = if end == ')' { target.split(' ').next().unwrap_or_default() } else { target };
            links.push((number, target.to_owned()));
        }
    }
    links
}

/// What `#…` may name in a page: its headings as GitHub writes them, and names given by hand.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for (_, line) in prose(page) {
        let text = line.trim_start_matches('#');
        if text.len() < line.len() && text.starts_with(' ') {
            let anchor = anchor(text.trim());
            // The second of the same name is numbered.
            let again = (1..).map(|count| format!("{anchor}-{count}"));
            let free = std::iter::once(anchor.clone()).chain(again).find(|anchor| !anchors.contains(anchor));
            anchors.extend(free);
        }
        for given in ["<a name=\"", "<a id=\""] {
            let names = line.split(given).skip(1).filter_map(|name| name.split('"').next());
            anchors.extend(names.map(String::from));
        }
    }
    anchors
}

fn anchor(heading: &str) -> String {
    // Of a link its text counts.
    let mut text = String::new();
    let mut rest = heading;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let kept = text.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.flat_map(char::to_lowercase).map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

/// The numbered lines of a page that are not in a block of code.
fn prose(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence = None;
    page.lines().enumerate().filter_map(move |(index, line)| {
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, None) => return Some((index + 1, line)),
            (None, Some(_)) => fence = mark,
            (Some(begun), Some(mark)) if begun == mark => fence = None,
            (Some(_), _) => {}
        }
        None
    })
}

/// A line without what stands between backticks, of which as many open as close.
fn without_code(line: &str) -> String {
    let mut kept = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let ticks = rest[at..].len() - rest[at..].trim_start_matches('`').len();
        let (mark, after) = rest[at..].split_at(ticks);
        kept.push_str(&rest[..at]);
        match after.find(mark) {
            Some(end) => rest = &after[end + ticks..],
            None => rest = after,
        }
    }
    kept + rest
}

fn own((line, link): (usize, &str)) -> (usize, String) {
    (line, link.to_owned())
}

fn read(page: &Path) -> String {
    fs::read_to_string(page).expect("the page can be read")
}
