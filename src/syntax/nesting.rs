//! How deep a text nests, before it is parsed.
//!
//! Comes in: the tokens of a text, one after the other. Goes out: how deep each of them stands in brackets, in `if`, or in
//! a run of signs, `not` or `list of`. It never knows whether what it meets is well formed.
//!
//! Invariant: what the parser would recurse into is counted, in the placeholders of texts too, so that no text is parsed
//! that nests deeper than [`DEPTH`].

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Place;

/// The deepest nesting of what may stand in itself: brackets, `if`, `list of`, signs and `not`.
pub(super) const DEPTH: usize = 64;

/// How deep a place nests in what may stand in itself.
#[derive(Default)]
pub(super) struct Nesting {
    /// The `if`s that go on here: how many brackets each stands in, and whether its `else` has come.
    choices: Vec<(usize, bool)>,
    /// How many `not`, signs or `list of` follow each other here.
    run: usize,
    /// What opens in the placeholders of a text, and whether the last of them is open at the text's end: then the next
    /// text may still stand in it.
    shown: (usize, bool),
}

impl Nesting {
    /// Goes on over a token that stands in so many brackets (itself counted); how deep that is in one of these.
    pub(super) fn meet(&mut self, token: &str, brackets: usize) -> usize {
        let within = |choice: &(usize, bool)| choice.0 >= brackets;
        if token.starts_with('"') {
            return self.meet_text(token);
        }
        match token {
            "if" => self.choices.push((brackets, false)),
            // Ends every `if` that stood before it in the same brackets and has its own `else`.
            "else" => {
                while self
                    .choices
                    .last()
                    .is_some_and(|choice| within(choice) && choice.1)
                {
                    self.choices.pop();
                }
                if let Some(choice) = self.choices.last_mut() {
                    choice.1 = true;
                }
            }
            "," => while self.choices.pop_if(|choice| within(choice)).is_some() {},
            ")" | "]" | "}" => while self.choices.pop_if(|choice| choice.0 > brackets).is_some() {},
            _ => {}
        }
        match token {
            "not" | "-" | "list" => self.run += 1,
            "of" => {}
            _ => self.run = 0,
        }
        brackets.max(self.choices.len()).max(self.run)
    }

    /// What opens in a text from its first placeholder on.
    fn meet_text(&mut self, text: &str) -> usize {
        let (before, open) = if self.shown.1 { self.shown } else { (0, false) };
        let from = if open { Some(0) } else { text.find('{') };
        let held = from.and_then(|from| text.get(from..)).unwrap_or("");
        let brackets = held.matches(['(', '[']).count();
        let words = held.split(|character: char| !character.is_alphanumeric() && character != '-');
        let opened = before + brackets + words.filter(|word| *word == "if").count();
        let open = text
            .rfind('{')
            .map_or(open, |at| text.get(at..).is_some_and(|rest| !rest.contains('}')));
        self.shown = (opened, open);
        opened
    }
}

/// Tells the token that is one level too many.
pub(super) fn too_deep(place: Place, written: &str) -> Diagnostic {
    let help = if written == "if" {
        "write it by cases, a line each: `define NAME : TYPE { VALUE when CONDITION … }`"
    } else {
        "give parts of it names of their own with `define`"
    };
    Diagnostic::new(Code::TooDeep, format!("this nests more than {DEPTH} deep"))
        .at(place, "one level too many")
        .help(help)
}
