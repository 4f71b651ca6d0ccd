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
weight-percent = Vekt { $weight } %
column-rank = Nr.
column-id = Id
column-score = Poeng
column-outcome = Utfall
tie-break = { $id } står foran { $over }, som har samme poengsum, ut fra { $key }: { $value }.
tied = { $ids } deler plass { $rank }: Ingenting skiller dem.
tied-missing = Det som kunne skilt dem, er ikke kjent: { $missing }.

## De som ikke er med

not-eligible = Oppfyller ikke inngangskriteriene
undetermined = Uavklart
joint = Vurderes samlet
excluded = Tas ut
excluded-of = { $records } – tas ut
undetermined-of = { $records } – uavklart
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
limit-stopped = Gir ikke plass til { $ids }
limit-taken = Tar med { $ids } før de andre
not-counted = { $count ->
    [one] Én post kunne ikke regnes med.
   *[other] { $count } poster kunne ikke regnes med.
}
not-counted-amount = { $count ->
    [one] Én post kunne ikke regnes med; kjent av den er { $amount }.
   *[other] { $count } poster kunne ikke regnes med; kjent av dem er { $amount }.
}

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
