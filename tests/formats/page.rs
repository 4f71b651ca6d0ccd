//! The page `docs/data.md`: its files are read, and its commands run without a word beside the decisions.

use crate::folder::Folder;

const PAGE: &str = include_str!("../../docs/data.md");

#[test]
fn what_the_page_shows_is_read() {
    let folder = Folder::new();
    let mut runs = 0;
    let mut decided: Option<String> = None;
    for block in PAGE.split("```").skip(1).step_by(2) {
        let (info, text) = block.split_once('\n').unwrap();
        if let Some((_, name)) = info.split_once("file=") {
            folder.write(name, text);
        } else if info == "console" {
            for line in text.lines() {
                let command = line.strip_prefix("$ evaluate ").unwrap();
                let mut arguments: Vec<&str> =
                    command.split(' ').map(|word| word.trim_matches('\'')).collect();
                arguments.extend(["--format", "json"]);
                let ran = folder.run(&arguments);
                let out = ran.is_quiet().out.split_once("\"summary\"").unwrap().1.to_owned();
                runs += 1;
                // All runs but those of one file decide on the same data.
                if !command.contains('=') {
                    assert_eq!(*decided.get_or_insert(out.clone()), out, "{command}");
                }
            }
        }
    }
    assert!(runs >= 4);
}
