//! Choices of values told together: *2, 3 or 4* instead of three lines.
//!
//! Comes in: choices of values for the same facts, each with what comes of it. Goes out: fewer of them, with several values
//! at a place. It never tells a choice that did not come in.
//!
//! Invariant: every choice that came in is one of those that go out, and the other way round.

/// Choices of values that come to the same: for each fact the values that it may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice<F, V, T> {
    /// The facts.
    pub(super) facts: Vec<F>,
    /// For each of them the values, any of which will do with any of the others'.
    pub(super) values: Vec<Vec<V>>,
    /// What comes of it.
    pub(super) then: T,
}

/// Puts choices together that differ in the values of one fact only, and come to the same.
pub(super) fn merged<F: PartialEq, V: PartialEq, T: PartialEq>(
    choices: Vec<Choice<F, V, T>>,
) -> Vec<Choice<F, V, T>> {
    let mut told = choices;
    loop {
        let before = told.len();
        let mut fewer: Vec<Choice<F, V, T>> = Vec::new();
        for choice in told {
            let found = fewer.iter_mut().find_map(|known| {
                let place = differs_at(known, &choice)?;
                Some((known, place))
            });
            match found {
                Some((known, place)) => {
                    let more = choice.values.into_iter().nth(place).unwrap_or_default();
                    if let Some(values) = known.values.get_mut(place) {
                        values.extend(more);
                    }
                }
                None => fewer.push(choice),
            }
        }
        told = fewer;
        if told.len() == before {
            return told;
        }
    }
}

/// The only fact in whose values two choices differ.
fn differs_at<F: PartialEq, V: PartialEq, T: PartialEq>(
    one: &Choice<F, V, T>,
    other: &Choice<F, V, T>,
) -> Option<usize> {
    if one.facts != other.facts || one.then != other.then {
        return None;
    }
    let pairs = one.values.iter().zip(&other.values);
    let mut places = pairs.enumerate().filter(|(_, (one, other))| one != other);
    let (place, _) = places.next()?;
    places.next().is_none().then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(values: [u8; 2], then: char) -> Choice<u8, u8, char> {
        Choice {
            facts: vec![0, 1],
            values: values.map(|value| vec![value]).to_vec(),
            then,
        }
    }

    #[test]
    fn what_differs_at_one_place_is_told_together() {
        let all = vec![
            choice([1, 1], 'a'),
            choice([1, 2], 'a'),
            choice([2, 1], 'a'),
            choice([2, 2], 'a'),
            choice([3, 1], 'b'),
        ];
        let told = merged(all);
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].values, [vec![1, 2], vec![1, 2]]);
        assert_eq!(told[1].values, [vec![3], vec![1]]);
    }
}
