### Motorens egne ord på bokmål. Forfatterens tekster står aldri her.
### en.ftl har de samme meldingene med de samme argumentene.

## Overalt

list = { $first } og { $last }
more = { $count ->
    [one] én til
   *[other] { $count } til
}
cited = { $text } ({ $cite })
named = { $title } ({ $name })
quoted = «{ $text }»
value-of = { $title }: { $value }
unknown = ukjent

## Hodet

version = versjon { $version }
counts = { $records }: { $total } – { $parts }
counts-none = { $records }: { $total }
count-ranked = { $count ->
    [one] { $count } rangert
   *[other] { $count } rangerte
}
count-eligible = { $count } oppfyller inngangskriteriene
count-not-eligible = { $count } oppfyller ikke inngangskriteriene
count-undetermined = { $count ->
    [one] { $count } uavklart
   *[other] { $count } uavklarte
}
count-joint = { $count } vurderes samlet
count-excluded = { $count } tas ut
count-prioritised = { $count ->
    [one] { $count } prioritert
   *[other] { $count } prioriterte
}
count-kept = { $count } beholdes
count-cut = { $count } kuttes
count-out = { $count } ikke med
score-reads-others = Merk: Poengsummen avhenger også av andre poster. Legges en til eller tas bort, endres den for de andre.

## Statuser

status-ranked = rangert
status-eligible = oppfyller kriteriene
status-not-eligible = oppfyller ikke kriteriene
status-undetermined = uavklart
status-joint = vurderes samlet
status-excluded = tas ut
status-prioritised = prioritert
status-kept = beholdes
status-cut = kuttes
status-out = ikke med

## Rangeringen

ranking = Rangering
ranking-none = Ingen.
eligible = Oppfyller inngangskriteriene
ranking-grounds = Hva rangeringen bygger på
ranked-by = Ordnet etter { $keys }
weight = Vekt { $weight }
weight-percent = Vekt { $weight } %
column-rank = Nr.
column-id = Id
column-score = Poeng
column-outcome = Utfall
key-total = poengsummen
key-rank = plassen i rangeringen
key-of = { $key } ({ $record })
key-rank-first = { $key }, nr. 1 først
key-highest = { $key }, høyeste først
key-lowest = { $key }, laveste først
key-earliest = { $key }, tidligste først
key-latest = { $key }, seneste først
key-first = { $key }, alfabetisk
key-last = { $key }, alfabetisk bakfra
key-then = { $before }; deretter { $key }
tie-break = { $id } står foran { $over }, som har samme poengsum, ut fra { $key }: { $value }.
tied = { $ids } deler plass { $rank }: Ingenting skiller dem.
tied-missing = Det som kunne skilt dem, er ikke kjent: { $missing }.
rank-range = { $best }–{ $worst }
rank-ranges = { $ranks } betyr: den beste og den dårligste plassen det ennå kan få så lenge noe er ukjent.
rank-ranges-beside = Tallet foran parentesen er plassen slik det står nå.
rank-ranges-not-told = Uavklarte kan ennå komme foran andre. Hvor mye det kan flytte disse plassene, er ikke regnet ut.
could-rank = Så lenge noe er ukjent, kan plassen ennå bli nr. { $ranks }.
could-rank-or-not = Så lenge noe er ukjent, kan plassen ennå bli nr. { $ranks }, eller ingen.

## De som ikke er med

not-eligible = Oppfyller ikke inngangskriteriene
undetermined = Uavklart
joint = Vurderes samlet
excluded = Tas ut
excluded-of = { $records } – tas ut
undetermined-of = { $records } – uavklart
left-out = Utelatt
left-out-why = Ingenting er avgjort om disse, for dataene har feil.
left-out-record = { $records } ({ $at }): { $problems }
left-out-with = hviler på { $id }
has-rank = (nr. { $rank })
joint-with = Vurderes sammen med { $id } { $title }
joint-lead = Utfallet for { $id }: { $status }
joint-lead-rank = Utfallet for { $id }: nr. { $rank }
undetermined-gate = Kan ikke avgjøres ennå: { $rule }
undetermined-exclusion = Det kan ikke avgjøres ennå om det tas ut: { $rule }
fails = Oppfyller ikke: { $rule }
missing = { $count ->
    [one] Mangler: { $missing }
   *[other] Mangler: { $missing }
}

## Kuttlisten

cut-list-part = Kuttliste
cut-list-hint = Fra det som er viktigst å beholde, til det som kuttes først.
cut-list-none = Ingen er med.
prioritised = Prioritert løsning
cut-list = Kuttliste
column-place = Plass
column-why = Hvorfor der
cut-line = rammene rekker hit
why-after = etter { $ids }
why-needs = trenger { $ids }
why-together = sammen med { $ids }
why-tie = likt med { $ids }
why-cut-first = kuttes først
why-keep-first = beholdes først
out-of = { $records } – ikke med
out-ids = Disse hører til noe som ikke er valgt, eller trenger noe som ikke er med: { $ids }
list-undetermined = Uten plass, fordi det ikke kan avgjøres om de er med: { $ids }

limits = Rammer
column-limit = Regel
column-class = For
column-amount = Ramme
column-asked = Ønsket
column-kept = Beholdt
limit-met = holder
limit-not-met = holder ikke
limit-stopped = Kutter { $ids }
limit-closes = Den første som ikke får plass, stenger rammen for dem som kommer etter, også for små.
limit-taken = Tar med { $ids } før de andre
not-counted = { $count ->
    [one] Én post kunne ikke regnes med.
   *[other] { $count } poster kunne ikke regnes med.
}
not-counted-amount = { $count ->
    [one] Én post kunne ikke regnes med; kjent av den er { $amount }.
   *[other] { $count } poster kunne ikke regnes med; kjent av dem er { $amount }.
}

clause-may-cut = Kan kuttes: { $groups }
clause-protect = Blir alltid med: { $groups }
clause-place = { $after } står etter { $before }
clause-prefer = { $after } står helst etter { $before }
clause-cut-first = først kuttes { $groups }
clause-keep-first = først beholdes { $groups }
clause-then = { $before }, deretter { $next }
clause-needs = hver trenger det som { $field } nevner
clause-together = alt eller ingenting: { $group }
clause-together-all = alt eller ingenting
clause-within = { $rule }, innenfor samme { $class }
clause-at-most = høyst { $amount }
clause-at-least = minst { $amount }
clause-of = { $limit } av { $value }
clause-per = { $limit } per { $value }
clause-where = { $limit } der { $value }
order = Hva rekkefølgen bygger på
effect-holds-already = Holder allerede: Alt som skal stå først, er med uansett.
effect-no-such-records = Ingen slike poster.
pair-after = { $id } etter { $ids }
pair-needs = { $id } trenger { $ids }
pair-together = { $ids } sammen
set-aside = Satt til side fordi den strider mot en sterkere regel:
set-aside-within = Satt til side for { $class } fordi den strider mot en sterkere regel:
set-aside-step = { $id } skulle stå etter { $after }: { $rule }
otherwise-by = Ellers ordnet etter { $keys }
otherwise-by-rank = Ellers ordnet etter rangeringen
otherwise-by-key = Ellers ordnet etter nøkkelen
take-what-fits = Det som ikke får plass, stenger ikke for det som er mindre og står lenger ned.
line-tied = Bare nøkkelen setter { $kept } foran { $cut }, akkurat der rammene slutter å rekke.

## Hva avgjørelsene hviler på

premises = Forutsetninger
premise-of = Hviler på den: { $ids }
premise-none = Ingen avgjørelse hviler på den.
assumptions = Antakelser
assumed-value = { $field } = { $value }
assumed-no-reason = Uten oppgitt begrunnelse
defaults = Standardverdier
default-of = For { $ids }
faults = Kunne ikke regnes ut
fault = { $fault } ({ $at }): { $ids }
fault-division-by-zero = Deling på null
fault-number-too-long = Et tall med mer enn 1 000 sifre
fault-bad-places = Et antall desimaler som ikke er et helt tall
fault-off-its-type = Et tall utenfor området eller trinnene som er oppgitt for det

## Forklaringer

explain-ranked = Nr. { $rank } av { $of }, med { $score } poeng.
explain-ranked-only = Nr. { $rank } av { $of }.
explain-shares = Deler plassen med { $ids }.
explain-eligible = Oppfyller alle inngangskriteriene.
explain-not-eligible = { $count } av { $of ->
    [one] { $of } inngangskriterium
   *[other] { $of } inngangskriterier
} er ikke oppfylt: { $rules }.
explain-excluded = Tas ut: { $rules }.
explain-excluded-ranked = Tas likevel ut: { $rules }.
explain-excluded-with = Tas ut sammen med det den hører til.
explain-undetermined = Kan ikke avgjøres ennå.
explain-undetermined-missing = Kan ikke avgjøres ennå. { $count ->
    [one] Én opplysning mangler
   *[other] { $count } opplysninger mangler
}: { $missing }.
explain-settling = Hva som ville avgjøre det
explain-joint = Vurderes sammen med { $lead }: { $status }.
explain-prioritised = Hører til prioritert løsning og blir alltid med.
explain-kept = Kan kuttes, men beholdes: nr. { $place } av { $of } på kuttlisten.
explain-cut = Kuttes: nr. { $place } av { $of } på kuttlisten.
explain-out = Er ikke med på kuttlisten.
explain-gates = Inngangskriterier
explain-gate-passes = Oppfylt: { $rule }
explain-gate-fails = Ikke oppfylt: { $rule }
explain-gate-unknown = Kan ikke avgjøres: { $rule }
explain-gate-not-applicable = Gjelder ikke: { $rule }
explain-exclusions = Regler som kan ta det ut
explain-exclusion-holds = Tas ut: { $rule }
explain-exclusion-unknown = Kan ikke avgjøres: { $rule }
explain-exclusions-not = { $count ->
    [one] Denne regelen gjelder ikke her
   *[other] Disse reglene gjelder ikke her
}: { $rules }
explain-because = Begrunnelse: { $because }
explain-instead = I stedet: { $text }
explain-instead-to = { $id }: { $status }
explain-score = Poeng
explain-column-question = Kriterium og spørsmål
explain-column-answer = Svar
explain-total = Sum
explain-total-of-weighted = vekt ganger poeng, lagt sammen
explain-total-of = Sum ({ $how })
score-mean = snitt av svarene
score-sum = sum av svarene
score-least = det laveste svaret
score-greatest = det høyeste svaret
score-weighted-mean = vektet snitt
score-weight = vekt { $weight }
score-reversed = teller motsatt vei
explain-neighbours = Naboene i rangeringen
explain-steps = Steg for steg
explain-steps-of = { $rule } ({ $at })

part-is = { $subject }: { $value }
part-asked = { $subject }: { $value }. Kravet er { $asked }
part-unknown = { $subject }: ukjent
part-unknown-asked = { $subject }: ukjent. Kravet er { $asked }
part-of = { $subject } for { $id }
part-selected = Valgt
part-selected-of = { $id } er valgt
part-rank = Plass i rangeringen
asked-not = ikke { $asked }
asked-known = at det er kjent
asked-missing = at det ikke er oppgitt
asked-less = mindre enn { $value }
asked-at-most = høyst { $value }
asked-more = mer enn { $value }
asked-at-least = minst { $value }
asked-before = før { $value }
asked-until = { $value } eller tidligere
asked-after = etter { $value }
asked-from = { $value } eller senere
asked-among = noe av det som står i { $list }
asked-nothing = ingenting
fact-default = standardverdi
fact-assumed = antatt
fact-by = fra { $by }

listed-may-cut = Kan kuttes: { $rule }
listed-protected = Blir alltid med: { $rule }
listed-stays = Ingen regel sier at dette kan kuttes.
listed-not-protected = Ingen regel verner det.
listed-protected-for = Blir alltid med på grunn av { $ids }: { $rule }
listed-after = Står etter { $ids }: { $rule }
listed-needs = Trenger { $ids }: { $rule }
listed-together = Står sammen med { $ids }: { $rule }
listed-tier = Har plassen sin etter regelen: { $rule }
listed-same-without = Uten denne regelen ville plassen vært den samme.
listed-place-without = Uten denne regelen ville plassen vært nr. { $place }, ikke { $own }.
listed-no-place-without = Uten denne regelen ville det ikke hatt noen plass.
listed-limit = Ramme: { $rule }
listed-limit-cut = Trenger { $own }. Da turen kom hit, var det ikke plass; til slutt er { $kept } av { $amount } brukt.
listed-limit-cut-together = Trenger { $own }, og står og faller sammen med { $ids }. Da turen kom hit, var det ikke plass til alle; til slutt er { $kept } av { $amount } brukt.
listed-limit-closed = Trenger { $own }. { $first }, som står foran, fikk ikke plass, og dermed ble rammen stengt for alle etter den; til slutt er { $kept } av { $amount } brukt.
listed-limit-room = Trenger { $own }. { $kept } av { $amount } er brukt, og { $left } er igjen.
listed-limit-over = Trenger { $own }. { $kept } er brukt, { $left } mer enn rammen på { $amount }.
listed-limit-least = Gir { $own } av { $kept }; kravet er minst { $amount }.
neighbour-above = Foran står { $id }
neighbour-below = Etter kommer { $id }
neighbour-tied = Likt på alle punkter: { $id }
neighbour-more = { $neighbour }, med { $points } poeng mer ({ $parts })
neighbour-less = { $neighbour }, med { $points } poeng mindre ({ $parts })
neighbour-rule = { $neighbour }, etter regelen: { $rule }
neighbour-rule-above = { $neighbour }, etter regelen over
neighbour-key = { $neighbour }. Det som skiller dem, er { $key }: { $above } mot { $below }
neighbour-record-key = { $neighbour }. Bare nøklene skiller dem

link-rule = { $id } står etter { $after } etter regelen: { $rule }
link-together = { $id } står sammen med { $after } etter regelen: { $rule }
link-key = { $id } står etter { $after } ut fra { $key }: { $own } mot { $other }
link-record-key = { $id } står etter { $after } bare ut fra nøklene; ingenting annet skiller dem
compare-before = { $above } står foran { $below }
compare-tied = Ingenting skiller { $above } og { $below }
compare-apart = { $above } og { $below } har ingen innbyrdes rekkefølge
compare-record = { $record }: { $said }
compare-rank = nr. { $rank }
compare-place = plass { $place } på kuttlisten
compare-key-same = Likt for begge: { $key }, { $above }.
compare-key-parts = Det som skiller dem, er { $key }: { $above } mot { $below }.
compare-column-difference = Utslag
compare-sum = Forskjell i sum

## Hva om

what-if = Hva om …
what-if-nothing = Ingenting endres: Alle utfall, plasser og rammer blir som de er.
what-if-rescored = { $count ->
    [one] Én til får en annen poengsum, men beholder plassen.
   *[other] { $count } til får en annen poengsum, men beholder plassen.
}
what-if-outcomes = Utfall
what-if-places = Plasser på kuttlisten
change-fact = { $id }: «{ $field }» er { $to } i stedet for { $from }
change-weight = «{ $criterion }» veier { $to } i stedet for { $from }
change-limit = rammen er { $to } i stedet for { $from }: { $limit }
change-without = denne regelen ikke finnes: { $rule }
column-rank-before = Før
column-move = Flytting
column-score-before = Poeng før
move-up = opp { $count }
move-down = ned { $count }
move-new = ny
move-gone = ute
standing-ranked = nr. { $rank }
standing-placed = { $status } (plass { $place })
standing-joint = vurderes sammen med { $id }
outcome-still = fortsatt { $status }
through-stopped = Oppfyller ikke lenger { $rule }
through-no-longer-stopped = Stanses ikke lenger av { $rule }
through-taken-out = Tas nå ut etter { $rule }
through-no-longer-taken-out = Tas ikke lenger ut etter { $rule }
through-open = Kan ikke avgjøres: { $rule }
through-no-longer-open = Ikke lenger uavklart: { $rule }
through-no-room = Kuttes nå av rammen: { $rule }
through-room = Kuttes ikke lenger av rammen: { $rule }
through-holds = Gjelder nå: { $rule }
through-no-longer-holds = Gjelder ikke lenger: { $rule }
limit-gone = finnes ikke lenger
limit-new = er ny

## Hvor robust rangeringen er

firm = Hvor robust er rangeringen? { $policy }
firm-weights = Hva hver vekt kan være
firm-weights-how = Én vekt endres om gangen. De andre beholder forholdet seg imellom, og summen er den samme.
firm-weight-of = { $criterion }, vekt { $weight }
firm-ranking-stays = Hele rangeringen står fast: { $stretch }.
firm-first-stays = Førsteplassen står fast: { $stretch }.
firm-kept-stays = Hvem som er med, tas ut, beholdes eller kuttes, står fast: { $stretch }.
firm-any-weight = uansett vekt
firm-only = bare med { $weight }
firm-from = fra { $weight }
firm-above = over { $weight }
firm-to = til { $weight }
firm-below = til under { $weight }
firm-stretch = { $low } { $high }
firm-at-least = minst { $stretch } (lenger ut er ikke undersøkt)
firm-lower = Med lavere vekt endres det for { $ids }.
firm-higher = Med høyere vekt endres det for { $ids }.
firm-contradiction = alle: Reglene strider da mot hverandre
firm-left-out = Uten ett av kriteriene
firm-nobody-moves = Uten { $criterion }: Ingen flytter seg.
firm-moves = Uten { $criterion }: { $moves }.
firm-move = { $id } { $before } → { $after }
firm-ends = Andre utfall: { $ends }.
firm-swaps = Den minste endringen som bytter om naboer
firm-swaps-how = Ett svar på ett spørsmål endres, hos den ene eller den andre.
firm-no-neighbours = Bare én er rangert.
firm-swap = { $below } går forbi { $above } hvis { $id } får { $to } på { $question } i stedet for { $from }.
firm-swap-none = { $below } kan ikke gå forbi { $above } med ett enkelt svar.
firm-swap-unsure = { $below } går ikke forbi { $above } med noen av de svarene det gikk an å prøve.
firm-swap-not-all = Det gikk ikke an å prøve alle svar.
firm-answer = { $answer }
firm-answer-above = mer enn { $answer }
firm-answer-below = mindre enn { $answer }
firm-swaps-more = { $count ->
    [one] Ett par til er ikke vist.
   *[other] { $count } par til er ikke vist.
}
firm-dominance = Minst like god i alt
firm-pairs = { $pairs ->
    [0] Av de { $records } som er sammenlignet, er ingen minst like god som en annen på alle spørsmål.
    [one] I ett par blant de { $records } som er sammenlignet, er den ene minst like god som den andre på alle spørsmål, og bedre på minst ett. Ingen vekter kan gi den dårligere poengsum.
   *[other] I { $pairs } par blant de { $records } som er sammenlignet, er den ene minst like god som den andre på alle spørsmål, og bedre på minst ett. Ingen vekter kan gi den dårligere poengsum.
}
firm-pair = { $better } foran { $worse }
firm-undominated = Ingen er minst like god i alt som noen av disse: { $ids }.
firm-not-compared = { $count ->
    [one] Én er ikke sammenlignet, fordi et svar er ukjent.
   *[other] { $count } er ikke sammenlignet, fordi svar er ukjente.
}
firm-acceptability = Hvis vektene kunne være hva som helst
firm-draws = Det er trukket { $draws } sett med vekter, alle like sannsynlige (startverdi { $seed }). Søylene viser hvor ofte hver får hver plass, tallene andelen i prosent. Feilmarginen er høyst { $width } prosentpoeng (95 %).
firm-column-first = Først
firm-column-own = Denne plassen
firm-columns = Hver søyle står for { $ranks } plasser.
firm-rows-more = { $count ->
    [one] Én til er ikke vist; JSON-dokumentet har alle.
   *[other] { $count } til er ikke vist; JSON-dokumentet har alle.
}
firm-central-how = Hva kriteriene veier i snitt i de trekningene der den enkelte kommer først:
firm-central = { $id }, først i { $share } %: { $weights }
firm-central-weight = { $criterion } { $percent } %
firm-possible = Det som ikke er kjent
firm-nothing-open = Ikke noe ukjent kan endre en plass.
firm-possible-how = Plassene hver kan få, uansett hva de ukjente svarene er. Prikken er plassen nå.
firm-column-best = Best
firm-column-worst = Dårligst
firm-may-be-out = kan falle ut
firm-taken = For { $ids } lar det seg ikke gjøre å prøve alle svar. Her regnes det med at inngangskriteriene både kan være oppfylt og ikke.
firm-narrowing = Spør om dette først; da står færrest plasser åpne:
firm-narrows = { $id }: { $field } lukker { $least } av de åpne plassene.
firm-narrows-between = { $id }: { $field } lukker mellom { $least } og { $most } av de åpne plassene.
not-told-no-ranking = Kan ikke sies: Regelsettet rangerer ikke.
not-told-nothing-ranked = Kan ikke sies: Ingenting er rangert.
not-told-no-criteria = Kan ikke sies: Regelsettet har ingen prioriteringskriterier.
not-told-own-score = Kan ikke sies: Poengsummen er en egen formel, ikke en vektet sum av kriteriene.
not-told-total-not-ranked = Kan ikke sies: Rangeringen følger ikke poengsummen.
not-told-total-in-other-keys = Kan ikke sies: Rangeringen følger noe som er regnet ut av poengsummen.
not-told-gates-read-total = Kan ikke sies: Et inngangskriterium stiller krav til poengsummen, så vektene avgjør hvem som rangeres.
not-told-rules-read-total = kan ikke sies, fordi andre regler enn rangeringen følger selve poengsummen
not-told-one-criterion = Kan ikke sies: Det er ikke to kriterier som har vekt.
not-told-too-many-records = Kan ikke sies: Det er flere enn { $most } poster.
not-told-numbers-too-long = Kan ikke sies: Tallene får mer enn 1 000 sifre.
not-told-no-questions = Kan ikke sies: Ingen kriterier har spørsmål.
not-told-too-many-answers = Kan ikke sies: De ukjente svarene kan kombineres på for mange måter til å prøve alle.
not-told-others-unknown = Kan ikke sies: Plassen til én avhenger av noe ukjent hos en annen.
not-told-unbounded = Kan ikke sies: Noe ukjent kan ha en hvilken som helst verdi.
not-told-key-stays-unknown = Kan ikke sies: To kan bli like, og det som da skiller dem, er ikke kjent.

## Hva som skal til

want-eligible = Hva skal til for at { $record } oppfyller inngangskriteriene?
want-ranked = Hva skal til for at { $record } blir med i rangeringen?
want-first = Hva skal til for at { $record } blir nr. 1?
want-rank = Hva skal til for at { $record } blir nr. { $rank } eller bedre?
want-kept = Hva skal til for at { $record } beholdes?
want-now = I dag: { $status }.
want-reached = Ingenting må endres. I dag: { $status }.
want-smallest = { $count ->
    [one] Den minste endringen: én opplysning
   *[other] Den minste endringen: { $count } opplysninger samtidig
}
want-choice = Mulighet { $number }
any-of = { $first } eller { $last }
want-each = Hver av disse er nok alene.
want-then = Da: { $status }
want-then-open = Da oppfylles alle inngangskriteriene, men utfallet er fortsatt { $status }
want-more = { $count ->
    [one] Én endring til er like liten.
   *[other] { $count } endringer til er like små.
}
want-joint = Vurderes sammen med { $id }, så egne opplysninger avgjør ingenting her.
want-never-rule = Ingen endring av egne opplysninger kan gi det: { $rule } står i veien uansett.
want-never = Ingen endring av egne opplysninger kan gi det.
want-not-found = { $count ->
    [one] Ingen endring av én opplysning gir det. Endringer av flere er ikke prøvd fullt ut.
   *[other] Ingen endring av opptil { $count } opplysninger gir det. Endringer av flere er ikke prøvd fullt ut.
}
want-not-all = Ingen endring er funnet, men ikke alle er prøvd.
want-inside-untried = Bare egne opplysninger er prøvd, ikke opplysningene om det som hører under: { $types }.
want-known-stays = At noe kjent blir ukjent, regnes ikke som en endring.
want-sampled = Ikke alle verdier er prøvd for { $fields }.
any-text = en hvilken som helst tekst
range = { $low } til { $high }
range-open = mellom { $low } og { $high }
range-from = { $low } eller mer
range-above = mer enn { $low }
range-to = { $high } eller mindre
range-below = mindre enn { $high }
range-any = en hvilken som helst verdi
range-since = { $low } eller senere
range-until = { $high } eller tidligere

## Hva som kan avgjøre det

settle-none = Ingen svar avgjør det.
settle-not-tried = Hva som kan avgjøre det, er ikke prøvd fullt ut.
settle-one = { $count ->
    [one] Denne opplysningen kan avgjøre det:
   *[other] Disse { $count } opplysningene kan avgjøre det sammen:
}
settle-each = { $count ->
    [one] Hver av disse opplysningene kan avgjøre det alene:
   *[other] Det kan avgjøres av { $count } opplysninger sammen, slik:
}
settle-through = Når alle disse er kjent, og ingen av svarene står i veien, kan det avgjøres:
settle-answer = { $values }: { $status }
settle-ranks = nr. { $best } til { $worst }
settle-more = { $count ->
    [one] Ett sett til med opplysninger kan avgjøre det.
   *[other] { $count } sett til med opplysninger kan avgjøre det.
}
settle-not-all = Ikke alle verdier er prøvd.
