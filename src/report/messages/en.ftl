### The engine's own words, in English. The author's texts never stand here.
### nb.ftl has the same messages with the same arguments.

## Everywhere

list = { $first } and { $last }
more = { $count ->
    [one] one more
   *[other] { $count } more
}
cited = { $text } ({ $cite })
named = { $title } ({ $name })
quoted = “{ $text }”
value-of = { $title }: { $value }
unknown = unknown

## The head

version = version { $version }
counts = { $records }: { $total } – { $parts }
counts-none = { $records }: { $total }
count-ranked = { $count } ranked
count-eligible = { $count } eligible
count-not-eligible = { $count } not eligible
count-undetermined = { $count } undetermined
count-joint = { $count } assessed jointly
count-excluded = { $count } excluded
count-prioritised = { $count } prioritised
count-kept = { $count } kept
count-cut = { $count } cut
count-out = { $count } not taking part
score-reads-others = Note: the score looks at other records. Adding or removing one changes it for the others.

## Statuses

status-ranked = ranked
status-eligible = eligible
status-not-eligible = not eligible
status-undetermined = undetermined
status-joint = joint
status-excluded = excluded
status-prioritised = prioritised
status-kept = kept
status-cut = cut
status-out = not in

## The ranking

ranking = Ranking
ranking-none = None.
eligible = Eligible
ranking-grounds = What the ranking rests on
ranked-by = Ordered by { $keys }
weight = Weight { $weight }
weight-percent = Weight { $weight } %
column-rank = No.
column-id = Id
column-score = Score
column-outcome = Outcome
key-total = the score
key-rank = the rank
key-of = { $key } ({ $record })
key-rank-first = { $key }, number 1 first
key-highest = { $key }, highest first
key-lowest = { $key }, lowest first
key-earliest = { $key }, earliest first
key-latest = { $key }, latest first
key-first = { $key }, in the order of the alphabet
key-last = { $key }, from the end of the alphabet
key-then = { $before }; then { $key }
tie-break = { $id } stands before { $over }, which scored the same, by { $key }: { $value }.
tied = { $ids } share rank { $rank }: nothing sets them apart.
tied-missing = What might is not known: { $missing }.
rank-range = { $best }–{ $worst }
rank-ranges = { $ranks } means: the best and the worst rank that it can still have while facts are unknown.
rank-ranges-beside = The number before parentheses is the rank as things stand.
rank-ranges-not-told = Undetermined records can still come before others. How far that could move these ranks was not worked out.
could-rank = While facts are unknown, it can still end as number { $ranks }.
could-rank-or-not = While facts are unknown, it can still end as number { $ranks }, or without a rank.

## Those not taken

not-eligible = Not eligible
undetermined = Undetermined
joint = Assessed jointly
excluded = Excluded
excluded-of = { $records } – excluded
undetermined-of = { $records } – undetermined
left-out = Left out
left-out-why = Nothing is decided about these records, as their data has mistakes.
left-out-record = { $records } ({ $at }): { $problems }
left-out-with = rests on { $id }
has-rank = (rank { $rank })
joint-with = Assessed together with { $id } { $title }
joint-lead = What became of { $id }: { $status }
joint-lead-rank = What became of { $id }: rank { $rank }
undetermined-gate = Cannot be said yet: { $rule }
undetermined-exclusion = Cannot be said yet whether it is excluded: { $rule }
fails = Does not meet: { $rule }
missing = { $count ->
    [one] Missing: { $missing }
   *[other] Missing: { $missing }
}

## The cut list

cut-list-part = Cut list
cut-list-hint = From what is most worth keeping to what goes first.
cut-list-none = No record takes part.
prioritised = Prioritised solution
cut-list = Cut list
column-place = Place
column-why = Why there
cut-line = the limits reach this far
why-after = after { $ids }
why-needs = needs { $ids }
why-together = together with { $ids }
why-tie = level with { $ids }
why-cut-first = goes first
why-keep-first = kept first
out-of = { $records } – not in
out-ids = These stand in records that are not selected, or need one that is not in: { $ids }
list-undetermined = Without a place, as it cannot be said whether they take part: { $ids }

limits = Limits
column-limit = Rule
column-class = For
column-amount = Limit
column-asked = Asked
column-kept = Kept
limit-met = met
limit-not-met = not met
limit-stopped = Cuts { $ids }
limit-closes = The first that does not fit closes it to those after it, small ones too.
limit-taken = Takes { $ids } before the others
not-counted = { $count ->
    [one] One record could not be counted.
   *[other] { $count } records could not be counted.
}
not-counted-amount = { $count ->
    [one] One record could not be counted; known of it is { $amount }.
   *[other] { $count } records could not be counted; known of them is { $amount }.
}

clause-may-cut = May be cut: { $groups }
clause-protect = Always stays: { $groups }
clause-place = { $after } stands after { $before }
clause-prefer = { $after } preferably stands after { $before }
clause-cut-first = the first to go are { $groups }
clause-keep-first = the first to be kept are { $groups }
clause-then = { $before }, then { $next }
clause-needs = each needs what { $field } names
clause-together = all or nothing: { $group }
clause-together-all = all or nothing
clause-within = { $rule }, within the same { $class }
clause-at-most = at most { $amount }
clause-at-least = at least { $amount }
clause-of = { $limit } of { $value }
clause-per = { $limit } per { $value }
clause-where = { $limit } where { $value }
order = What the order rests on
effect-holds-already = Holds already: all that it puts first always stays.
effect-no-such-records = No records it speaks of.
pair-after = { $id } after { $ids }
pair-needs = { $id } needs { $ids }
pair-together = { $ids } together
set-aside = Set aside, as it contradicts a stronger rule:
set-aside-within = Set aside for { $class }, as it contradicts a stronger rule:
set-aside-step = { $id } would stand after { $after }: { $rule }
otherwise-by = Otherwise ordered by { $keys }
otherwise-by-rank = Otherwise ordered by rank
otherwise-by-key = Otherwise ordered by the record's key
take-what-fits = What does not fit closes nothing: smaller ones further down are still taken.
line-tied = Only the key puts { $kept } before { $cut }, at the line itself.

## What it rests on

premises = Premises
premise-of = Rests on it: { $ids }
premise-none = No decision rests on it.
assumptions = Assumptions
assumed-value = { $field } = { $value }
assumed-no-reason = Without a reason given
defaults = Defaults
default-of = For { $ids }
faults = Could not be computed
fault = { $fault } ({ $at }): { $ids }
fault-division-by-zero = Division by zero
fault-number-too-long = A number with more than 1,000 digits
fault-bad-places = A number of decimals that is not a whole number
fault-off-its-type = A number off the range or step declared for it

## Explanations

explain-ranked = Number { $rank } of { $of }, with a score of { $score }.
explain-ranked-only = Number { $rank } of { $of }.
explain-shares = It shares the rank with { $ids }.
explain-eligible = It passes every entry criterion.
explain-not-eligible = It fails { $count } of { $of ->
    [one] { $of } entry criterion
   *[other] { $of } entry criteria
}: { $rules }.
explain-excluded = It is taken out: { $rules }.
explain-excluded-ranked = It is taken out all the same: { $rules }.
explain-excluded-with = It is taken out with the record in which it stands.
explain-undetermined = It cannot be decided yet.
explain-undetermined-missing = It cannot be decided yet. { $count ->
    [one] One fact is missing
   *[other] { $count } facts are missing
}: { $missing }.
explain-settling = What would settle it
explain-joint = It is assessed together with { $lead }: { $status }.
explain-prioritised = It always stays: it is part of the prioritised solution.
explain-kept = It may be cut, and is kept: number { $place } of { $of } in the cut list.
explain-cut = It is cut: number { $place } of { $of } in the cut list.
explain-out = It does not take part in the cut list.
explain-gates = Entry criteria
explain-gate-passes = Passed: { $rule }
explain-gate-fails = Not passed: { $rule }
explain-gate-unknown = Cannot be decided: { $rule }
explain-gate-not-applicable = Does not apply: { $rule }
explain-exclusions = What may take it out
explain-exclusion-holds = Taken out: { $rule }
explain-exclusion-unknown = Cannot be decided: { $rule }
explain-exclusions-not = { $count ->
    [one] This does not take it out
   *[other] These do not take it out
}: { $rules }
explain-because = Why: { $because }
explain-instead = Instead: { $text }
explain-instead-to = { $id }: { $status }
explain-score = Score
explain-column-question = Criterion and question
explain-column-answer = Answer
explain-total = Total
explain-total-of-weighted = weight times points, added up
explain-total-of = Total ({ $how })
score-mean = mean of the answers
score-sum = sum of the answers
score-least = the lowest answer
score-greatest = the highest answer
score-weighted-mean = weighted mean
score-weight = weight { $weight }
score-reversed = counted from the other end
explain-neighbours = Its neighbours in the ranking
explain-steps = Step by step
explain-steps-of = { $rule } ({ $at })

part-is = { $subject }: { $value }
part-asked = { $subject }: { $value }. Asked for: { $asked }
part-unknown = { $subject }: unknown
part-unknown-asked = { $subject }: unknown. Asked for: { $asked }
part-of = { $subject } of { $id }
part-selected = Selected
part-selected-of = { $id } is selected
part-rank = Rank
asked-not = not { $asked }
asked-known = that it is known
asked-missing = that it is not given
asked-less = less than { $value }
asked-at-most = at most { $value }
asked-more = more than { $value }
asked-at-least = at least { $value }
asked-before = before { $value }
asked-until = { $value } or earlier
asked-after = after { $value }
asked-from = { $value } or later
asked-among = one of those in { $list }
asked-nothing = nothing
fact-default = default value
fact-assumed = assumed
fact-by = by { $by }

listed-may-cut = May be cut: { $rule }
listed-protected = Always stays: { $rule }
listed-stays = No rule says that it may be cut.
listed-not-protected = No rule protects it.
listed-protected-for = Always stays for the sake of { $ids }: { $rule }
listed-after = Stands after { $ids }: { $rule }
listed-needs = Needs { $ids }: { $rule }
listed-together = Stands together with { $ids }: { $rule }
listed-tier = Has its place by the rule: { $rule }
listed-same-without = Without this rule it would stand in the same place.
listed-place-without = Without this rule it would be number { $place }, not { $own }.
listed-no-place-without = Without this rule it would have no place.
listed-limit = Limit: { $rule }
listed-limit-cut = It asks for { $own }. When its turn came, that did not fit; { $kept } of { $amount } are used in the end.
listed-limit-cut-together = It asks for { $own }, and stands or falls with { $ids }. When their turn came, not all of them fitted; { $kept } of { $amount } are used in the end.
listed-limit-closed = It asks for { $own }. { $first }, which stands before it, did not fit and closed the limit to all after it; { $kept } of { $amount } are used in the end.
listed-limit-room = It asks for { $own }. { $kept } of { $amount } are used, and { $left } are left.
listed-limit-over = It asks for { $own }. { $kept } are used, { $left } more than the { $amount } there are.
listed-limit-least = It adds { $own } to { $kept }; at least { $amount } are asked for.
neighbour-above = Before it: { $id }
neighbour-below = After it: { $id }
neighbour-tied = Beside it, with everything alike: { $id }
neighbour-more = { $neighbour }, with { $points } more ({ $parts })
neighbour-less = { $neighbour }, with { $points } less ({ $parts })
neighbour-rule = { $neighbour }, by the rule: { $rule }
neighbour-rule-above = { $neighbour }, by the rule above
neighbour-key = { $neighbour }. What parts them is { $key }: { $above } against { $below }
neighbour-record-key = { $neighbour }. Only their keys part them

link-rule = { $id } stands after { $after } by the rule: { $rule }
link-together = { $id } stands together with { $after } by the rule: { $rule }
link-key = { $id } stands after { $after } by { $key }: { $own } against { $other }
link-record-key = { $id } stands after { $after } by their keys alone; nothing else parts them
compare-before = { $above } stands before { $below }
compare-tied = Nothing parts { $above } and { $below }
compare-apart = There is no order between { $above } and { $below }
compare-record = { $record }: { $said }
compare-rank = rank { $rank }
compare-place = place { $place } in the cut list
compare-key-same = The same for both: { $key }, { $above }.
compare-key-parts = What parts them is { $key }: { $above } against { $below }.
compare-column-difference = Effect
compare-sum = Difference of the totals

## What if

what-if = What if …
what-if-nothing = Nothing changes: every outcome, place and limit stays as it is.
what-if-rescored = { $count ->
    [one] One more gets another score and keeps its rank.
   *[other] { $count } more get another score and keep their rank.
}
what-if-outcomes = Outcomes
what-if-places = Places in the cut list
change-fact = { $id }: “{ $field }” is { $to } instead of { $from }
change-weight = “{ $criterion }” weighs { $to } instead of { $from }
change-limit = the limit is { $to } instead of { $from }: { $limit }
change-without = this rule is not there: { $rule }
column-rank-before = Was
column-move = Move
column-score-before = Score was
move-up = up { $count }
move-down = down { $count }
move-new = new
move-gone = gone
standing-ranked = rank { $rank }
standing-placed = { $status } (place { $place })
standing-joint = assessed with { $id }
outcome-still = still { $status }
through-stopped = Now does not meet { $rule }
through-no-longer-stopped = No longer stopped by { $rule }
through-taken-out = Now excluded by { $rule }
through-no-longer-taken-out = No longer excluded by { $rule }
through-open = Cannot be decided: { $rule }
through-no-longer-open = No longer open: { $rule }
through-no-room = Now cut by the limit: { $rule }
through-room = No longer cut by the limit: { $rule }
through-holds = Now applies: { $rule }
through-no-longer-holds = No longer applies: { $rule }
limit-gone = no longer there
limit-new = is new

## How firm the ranking is

firm = How firm is the ranking? { $policy }
firm-weights = What each weight may be
firm-weights-how = One weight is changed at a time; the others keep their proportions, and the sum stays.
firm-weight-of = { $criterion }, weight { $weight }
firm-ranking-stays = The whole ranking stays: { $stretch }.
firm-first-stays = The first place stays: { $stretch }.
firm-kept-stays = Who is in, out, kept or cut stays: { $stretch }.
firm-any-weight = with any weight
firm-only = only with { $weight }
firm-from = from { $weight }
firm-above = above { $weight }
firm-to = to { $weight }
firm-below = to below { $weight }
firm-stretch = { $low } { $high }
firm-at-least = { $stretch } at least (further was not looked)
firm-lower = Lower, it changes for { $ids }.
firm-higher = Higher, it changes for { $ids }.
firm-contradiction = all: the rules then contradict each other
firm-left-out = Without one criterion
firm-nobody-moves = Without { $criterion }: nobody moves.
firm-moves = Without { $criterion }: { $moves }.
firm-move = { $id } { $before } → { $after }
firm-ends = Other outcomes: { $ends }.
firm-swaps = The smallest change that swaps neighbours
firm-swaps-how = One answer to one question is changed, of either of the two.
firm-no-neighbours = Only one is ranked.
firm-swap = { $below } passes { $above } if { $id } has { $to } for { $question } instead of { $from }.
firm-swap-none = { $below } cannot pass { $above } by a single answer.
firm-swap-unsure = { $below } passes { $above } by none of the answers that could be tried.
firm-swap-not-all = Not all answers could be tried.
firm-answer = { $answer }
firm-answer-above = more than { $answer }
firm-answer-below = less than { $answer }
firm-swaps-more = { $count ->
    [one] One more pair is not shown.
   *[other] { $count } more pairs are not shown.
}
firm-dominance = At least as good in everything
firm-pairs = { $pairs ->
    [0] Of the { $records } compared, none is at least as good as another in every question.
    [one] In one pair among the { $records } compared, one is at least as good as the other in every question, and better in at least one: no weights can give it a worse score.
   *[other] In { $pairs } pairs among the { $records } compared, one is at least as good as the other in every question, and better in at least one: no weights can give it a worse score.
}
firm-pair = { $better } before { $worse }
firm-undominated = Nobody is at least as good in everything as any of these: { $ids }.
firm-not-compared = { $count ->
    [one] One record was not compared, as an answer is unknown.
   *[other] { $count } records were not compared, as answers are unknown.
}
firm-acceptability = If the weights could be anything
firm-draws = { $draws } sets of weights were drawn, all equally likely (seed { $seed }). The bars show how often each one has each rank, the figures the share in percent; they are right to within { $width } percentage points (95 %).
firm-column-first = First
firm-column-own = This place
firm-columns = Each column stands for { $ranks } ranks.
firm-rows-more = { $count ->
    [one] One more is not shown; the JSON document has all.
   *[other] { $count } more are not shown; the JSON document has all.
}
firm-central-how = What the criteria weigh, on average, in the draws where each comes first:
firm-central = { $id }, first in { $share } %: { $weights }
firm-central-weight = { $criterion } { $percent } %
firm-possible = What is unknown
firm-nothing-open = Nothing unknown can change a rank.
firm-possible-how = The ranks that each can have, whatever the unknown answers are. The dot is the rank as decided.
firm-column-best = Best
firm-column-worst = Worst
firm-may-be-out = may fall out
firm-taken = Not all answers can be tried for { $ids }: they are taken to be able to meet the entry criteria, and to fail them.
firm-narrowing = Ask for this first; it leaves fewest ranks open:
firm-narrows = { $id }: { $field } closes { $least } of the open ranks.
firm-narrows-between = { $id }: { $field } closes between { $least } and { $most } of the open ranks.
not-told-no-ranking = Not told: the policy does not rank.
not-told-nothing-ranked = Not told: nothing is ranked.
not-told-no-criteria = Not told: the policy has no criteria.
not-told-own-score = Not told: the score is the policy's own formula, not a weighted sum of criteria.
not-told-total-not-ranked = Not told: the ranking does not go by the score.
not-told-total-in-other-keys = Not told: the ranking goes by something computed from the score.
not-told-gates-read-total = Not told: an entry criterion asks for the score, so the weights decide who is ranked at all.
not-told-rules-read-total = not told, as other rules than the ranking go by the score itself
not-told-one-criterion = Not told: there are no two criteria that weigh anything.
not-told-too-many-records = Not told: there are more than { $most } records.
not-told-numbers-too-long = Not told: the numbers get more than 1,000 digits.
not-told-no-questions = Not told: no criterion has questions.
not-told-too-many-answers = Not told: the unknown answers have too many combinations to try them all.
not-told-others-unknown = Not told: one record's place depends on what is unknown of another.
not-told-unbounded = Not told: something unknown may have any value.
not-told-key-stays-unknown = Not told: two records may come level, and what then sets them apart is not known.

## What would have to be

want-eligible = What would make { $record } eligible?
want-ranked = What would get { $record } into the ranking?
want-first = What would make { $record } number 1?
want-rank = What would make { $record } number { $rank } or better?
want-kept = What would keep { $record }?
want-now = Today: { $status }.
want-reached = Nothing has to change. Today: { $status }.
want-smallest = { $count ->
    [one] The smallest change: one fact
   *[other] The smallest change: { $count } facts together
}
want-choice = Choice { $number }
any-of = { $first } or { $last }
want-each = Each of these is enough by itself.
want-then = Then: { $status }
want-then-open = Then it meets every entry criterion, but is still { $status }
want-more = { $count ->
    [one] One more change is as small.
   *[other] { $count } more changes are as small.
}
want-joint = It is assessed together with { $id }, so its own facts decide nothing here.
want-never-rule = No change of its own facts can do that: { $rule } stands against it whatever they are.
want-never = No change of its own facts can do that.
want-not-found = { $count ->
    [one] No change of one fact does that. Changes of more facts were not all tried.
   *[other] No change of up to { $count } facts does that. Changes of more facts were not all tried.
}
want-not-all = No change was found, but not all were tried.
want-inside-untried = Only its own facts were tried, not those of the records that stand in it: { $types }.
want-known-stays = That something known were unknown does not count as a change.
want-sampled = Not every value was tried of { $fields }.
any-text = any text
range = { $low } to { $high }
range-open = between { $low } and { $high }
range-from = { $low } or more
range-above = more than { $low }
range-to = { $high } or less
range-below = less than { $high }
range-any = any value
range-since = { $low } or later
range-until = { $high } or earlier

## What can settle it

settle-none = No answer settles it.
settle-not-tried = What can settle it was not tried in full.
settle-one = { $count ->
    [one] It can be settled by this fact:
   *[other] It can be settled by these { $count } facts together:
}
settle-each = { $count ->
    [one] It can be settled by any one of these facts:
   *[other] It can be settled by { $count } facts together, any of these:
}
settle-through = Once all of these are known, and no answer stands in the way, it can be settled:
settle-answer = { $values }: { $status }
settle-ranks = rank { $best } to { $worst }
settle-more = { $count ->
    [one] One more set of facts can, too.
   *[other] { $count } more sets of facts can, too.
}
settle-not-all = Not every value was tried.
