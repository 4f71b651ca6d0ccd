//! Did-you-mean: the known name that an unknown one most likely stands for.
//!
//! Comes in: a name and the names that would fit. Goes out: one of them, or none. It never looks names up itself.
//!
//! Invariant: an exact match is never suggested, and neither is a name that shares less than half with the given one.

/// A name that an unknown one most likely stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The name.
    pub name: String,
    /// Whether it is the only one that can be meant, so that it may be written without asking.
    pub sure: bool,
}

/// Names shorter than this are too much like each other for any to be sure.
const SHORTEST_SURE: usize = 3;

/// The candidate nearest to `name`, if one is near enough; of equally near ones the first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    found(name, candidates).map(|(candidate, _)| candidate)
}

/// The candidate nearest to `name`, with whether it is the only one near enough.
pub fn near<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<Near> {
    found(name, candidates).map(|(candidate, alone)| Near {
        name: candidate.to_owned(),
        sure: alone && name.chars().count() >= SHORTEST_SURE,
    })
}

/// Whether a name may stand for another one where nothing else can: half of it is as it should be.
pub fn alike(name: &str, other: &str) -> bool {
    let (name, other) = (name.to_lowercase(), other.to_lowercase());
    let longest = name.chars().count().max(other.chars().count());
    strsim::damerau_levenshtein(&name, &other) * 2 <= longest
}

/// The nearest candidate, and whether it is alone: the only one that is near enough, or the only one that is written in the
/// same letters.
fn found<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<(&'a str, bool)> {
    let wanted = name.to_lowercase();
    let length = wanted.chars().count();
    let mut best: Option<(usize, &str)> = None;
    let mut alone = true;
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
        if distance > allowed || distance >= length.max(1) {
            continue;
        }
        match best {
            Some((_, known)) if known == candidate => {}
            Some((least, _)) if least < distance => alone &= least == 0,
            Some((least, _)) if least == distance => alone = false,
            before => {
                alone = before.is_none() || distance == 0;
                best = Some((distance, candidate));
            }
        }
    }
    best.map(|(_, candidate)| (candidate, alone))
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

    #[test]
    fn a_name_may_be_meant_where_half_of_it_is_right() {
        assert!(alike("fase", "phase"));
        assert!(!alike("note", "phase"));
    }

    #[test]
    fn a_name_is_sure_where_no_other_is_near() {
        let sure = |name, known: &[&'static str]| near(name, known.iter().copied()).map(|near| near.sure);
        assert_eq!(sure("amuont", &["amount", "title"]), Some(true));
        assert_eq!(sure("amuont", &["amount", "amounts"]), Some(false));
        assert_eq!(sure("amuont", &["amounts", "amount"]), Some(false));
        assert_eq!(sure("in_roadmap", &["in-roadmaps", "in-roadmap"]), Some(true));
        assert_eq!(sure("in_roadmap", &["in-roadmap", "in-roadmaps"]), Some(true));
        assert_eq!(sure("ab", &["ac"]), Some(false));
    }
}
