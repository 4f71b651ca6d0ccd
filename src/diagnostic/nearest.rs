//! Did-you-mean: the known name that an unknown one most likely stands for.
//!
//! Comes in: a name and the names that would fit. Goes out: one of them, or none. It never looks names up itself.
//!
//! Invariant: an exact match is never suggested, and neither is a name that shares less than half with the given one.

/// The candidate nearest to `name`, if one is near enough; of equally near ones the first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        if candidate == name {
            continue;
        }
        let distance = if fold(&lower) == fold(&wanted) {
            0
        } else {
            strsim::damerau_levenshtein(&wanted, &lower)
        };
        let allowed = (length.max(lower.chars().count()) / 3).max(1);
        if distance <= allowed && distance < length.max(1) && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// `did you mean …?` for the nearest candidate.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typos_find_their_name_and_far_names_find_nothing() {
        let known = ["in-roadmap", "phase", "funded-by"];
        assert_eq!(nearest("in-roadmp", known), Some("in-roadmap"));
        assert_eq!(nearest("in_roadmap", known), Some("in-roadmap"));
        assert_eq!(nearest("fase", known), Some("phase").filter(|_| false));
        assert_eq!(nearest("x", known), None);
    }
}
