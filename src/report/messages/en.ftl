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
weight-percent = Weight { $weight } %
column-rank = No.
column-id = Id
column-score = Score
column-outcome = Outcome
tie-break = { $id } stands before { $over }, which scored the same, by { $key }: { $value }.
tied = { $ids } share rank { $rank }: nothing sets them apart.
tied-missing = What might is not known: { $missing }.

## Those not taken

not-eligible = Not eligible
undetermined = Undetermined
joint = Assessed jointly
excluded = Excluded
excluded-of = { $records } – excluded
undetermined-of = { $records } – undetermined
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
limit-stopped = Leaves no room for { $ids }
limit-taken = Takes { $ids } before the others
not-counted = { $count ->
    [one] One record could not be counted.
   *[other] { $count } records could not be counted.
}
not-counted-amount = { $count ->
    [one] One record could not be counted; known of it is { $amount }.
   *[other] { $count } records could not be counted; known of them is { $amount }.
}

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
