//! What is worried about, in short invented words: what was said, and what the screener made of
//! it. Plausible, humane, and without a detail that anybody would rather not have read.

use super::{
    approaches::Source::{
        self, Charity, Council, EarlyYears, Health, Housing, Police, Probation, Public, School,
        YouthJustice,
    },
    dice::Dice,
};

/// One worry, in the words of those who have it and of those who weigh it.
#[derive(Debug)]
pub struct Worry {
    /// Who has such worries.
    from: &'static [Source],
    /// The youngest and the oldest child whom it fits, in years; -1 is not born yet.
    ages: (i16, i16),
    /// How often it comes, against the others from there. Where the DfE counts the factor, its
    /// number of Blackpool episodes in the year to March 2025 (statutory-rules.md, 16.3);
    /// otherwise assumed.
    weight: u32,
    /// The lowest and the highest level that somebody could see in it.
    pub levels: (u8, u8),
    /// What was said.
    pub said: &'static str,
    /// What could harm the child.
    pub risk: &'static str,
    /// What protects the child.
    pub strengths: &'static str,
    /// What the child says.
    pub voice: &'static str,
}

impl Worry {
    fn fits(&self, source: Source, age: i16) -> bool {
        self.from.contains(&source) && (self.ages.0..=self.ages.1).contains(&age)
    }
}

/// A worry that this source may have about a child of that age.
pub fn of(dice: &mut Dice, source: Source, age: i16) -> &'static Worry {
    let weights = WORRIES.iter().map(|w| if w.fits(source, age) { w.weight } else { 0 });
    let place = dice.place(weights).unwrap_or_default();
    &WORRIES[place]
}

/// Who has a worry.
const ANYBODY: &[Source] = &[
    Police,
    School,
    EarlyYears,
    Health,
    Housing,
    Probation,
    YouthJustice,
    Charity,
    Council,
    Public,
];
const WHO_VISITS: &[Source] = &[EarlyYears, Health, Housing, Charity, Council, Public];

/// Every worry.
const WORRIES: &[Worry] = &[
    Worry {
        from: ANYBODY,
        ages: (-1, -1),
        weight: 40,
        levels: (2, 4),
        said: "Expecting a baby and has not yet seen a midwife. Says that things are not easy at home.",
        risk: "Little care before the birth, and a home that is not settled.",
        strengths: "Wants this baby to have a different start, and has a sister close by.",
        voice: "Not born yet.",
    },
    Worry {
        from: &[Health],
        ages: (-1, -1),
        weight: 220,
        levels: (3, 4),
        said: "First seen at 29 weeks. Two appointments were missed since, and there is nowhere settled to live.",
        risk: "The birth is near and there is no home to bring the baby to.",
        strengths: "Came back by herself and talked openly with the midwife.",
        voice: "Not born yet.",
    },
    Worry {
        from: &[Police, Charity, Probation],
        ages: (-1, -1),
        weight: 300,
        levels: (2, 4),
        said: "An argument between the parents-to-be was reported by a neighbour. She did not want to make a statement.",
        risk: "Arguments that become more frequent as the birth comes nearer.",
        strengths: "She has kept every appointment and has told her midwife.",
        voice: "Not born yet.",
    },
    Worry {
        from: &[Police],
        ages: (0, 17),
        weight: 905,
        levels: (1, 4),
        said: "Officers went to an argument between the adults at home. Nobody was hurt. The children were upstairs and had heard it.",
        risk: "Arguments at home are becoming more frequent, and the children hear them.",
        strengths: "Their mother rang for help herself and has family nearby.",
        voice: "Told the officer that they turn the music up when it is loud downstairs.",
    },
    Worry {
        from: &[Police, Housing, Probation, Charity],
        ages: (0, 17),
        weight: 562,
        levels: (2, 4),
        said: "A former partner came to the door again and would not leave. The children saw it. It is the third time in two months.",
        risk: "He knows the address and comes when he has been drinking.",
        strengths: "The locks were changed, and an outreach worker rings every week.",
        voice: "Asks whether he will come back, and sleeps in their mother’s room.",
    },
    Worry {
        from: &[Police],
        ages: (0, 12),
        weight: 240,
        levels: (3, 4),
        said: "Officers called about something else and found hardly any food and no bedding for the children.",
        risk: "Basic needs are not met and nobody had noticed.",
        strengths: "Clear affection between the children and their parent, who accepted help at once.",
        voice: "Showed the officer their drawings and asked for toast.",
    },
    Worry {
        from: &[Police, Public],
        ages: (0, 5),
        weight: 120,
        levels: (3, 4),
        said: "A parent could not walk straight while pushing a small child home. A grandparent came and took them in.",
        risk: "A small child in the care of somebody who has drunk too much.",
        strengths: "The grandparent lives in the next street and helps every week.",
        voice: "Too young to be asked; settled quickly with their grandparent.",
    },
    Worry {
        from: &[Police],
        ages: (10, 17),
        weight: 72,
        levels: (2, 4),
        said: "Reported missing by a parent at 11pm, and came home by themselves at four. Did not want to say where they had been.",
        risk: "The third time this month, each time for longer.",
        strengths: "Came home unharmed, and talks with the school’s youth worker.",
        voice: "Says that home is boring and that everybody is overreacting.",
    },
    Worry {
        from: &[Police, YouthJustice, School],
        ages: (11, 17),
        weight: 224,
        levels: (3, 4),
        said: "Seen late with an older group, with a second phone and more money than they can explain.",
        risk: "Older people may be using them, and a debt may be part of it.",
        strengths: "Still goes to football twice a week and trusts the coach.",
        voice: "Says that they are friends and that nobody makes them do anything.",
    },
    Worry {
        from: &[Police, Public, School],
        ages: (9, 17),
        weight: 60,
        levels: (3, 4),
        said: "Somebody whom they met in a game writes to them at night and asks them to keep it secret. A parent saw it.",
        risk: "An adult may be behind the account and knows which school they go to.",
        strengths: "They showed the messages themselves when they were asked.",
        voice: "Embarrassed, and relieved that it is out.",
    },
    Worry {
        from: &[School, EarlyYears],
        ages: (2, 17),
        weight: 449,
        levels: (2, 4),
        said: "Comes in hungry and tired on most days, in the same clothes all week. Nobody at home answers our calls.",
        risk: "Hungry on most days, for weeks, with nobody answering.",
        strengths: "Warm with the class and proud of their reading.",
        voice: "Says that there is no tea at home on some evenings.",
    },
    Worry {
        from: &[School, Council, Public],
        ages: (4, 17),
        weight: 427,
        levels: (2, 4),
        said: "Said that there is shouting at home every night and that they do not want to go back there.",
        risk: "Living with anger every day; sleep and school suffer.",
        strengths: "Found the words and chose an adult to say them to.",
        voice: "“I want it to be quiet.”",
    },
    Worry {
        from: &[School],
        ages: (4, 17),
        weight: 260,
        levels: (1, 3),
        said: "In school on six days of ten since the holidays. Meetings are agreed and then nobody comes.",
        risk: "Out of sight for days, and falling behind.",
        strengths: "A parent who answers messages, if not calls.",
        voice: "Likes maths; says that mornings are hard.",
    },
    Worry {
        from: &[School, Health, Council],
        ages: (7, 17),
        weight: 120,
        levels: (1, 3),
        said: "Gets the younger ones up, makes breakfast and looks after a parent who is often unwell.",
        risk: "Carries more than a child should and is worn out by it.",
        strengths: "A close family that speaks about the illness.",
        voice: "Does not want anybody to think badly of their mum.",
    },
    Worry {
        from: &[School, YouthJustice, Health],
        ages: (11, 17),
        weight: 150,
        levels: (1, 3),
        said: "Has become very quiet since the summer and cries in lessons. Says that nothing feels safe at the moment.",
        risk: "Low for weeks, and does not say why.",
        strengths: "Sees the school nurse every week and has one good friend.",
        voice: "Would like somebody to talk to who is not at school.",
    },
    Worry {
        from: &[School, EarlyYears, Health],
        ages: (1, 15),
        weight: 110,
        levels: (4, 4),
        said: "A bruise on the upper arm, and two different accounts of how it came about.",
        risk: "An injury without an account that fits.",
        strengths: "The family came in the same afternoon when they were asked.",
        voice: "First said “I fell”, then that they were not allowed to say.",
    },
    Worry {
        from: &[Health],
        ages: (0, 0),
        weight: 90,
        levels: (4, 4),
        said: "A small bruise on a baby who does not roll yet, seen at weighing. The parents could not say how it came.",
        risk: "A bruise on a baby who cannot move needs a paediatrician’s view the same day.",
        strengths: "Both parents waited and answered every question.",
        voice: "Too young; calm and alert when held.",
    },
    Worry {
        from: &[Health, Council, EarlyYears],
        ages: (0, 4),
        weight: 320,
        levels: (2, 4),
        said: "A parent who does not sleep, cries through the visit and says that the baby would be better off with somebody else.",
        risk: "A parent who is very low, alone with a small child for most of the day.",
        strengths: "Asked for help, and the child is well cared for.",
        voice: "Too young to be asked; reaches for their parent.",
    },
    Worry {
        from: &[Health],
        ages: (0, 15),
        weight: 260,
        levels: (1, 3),
        said: "Not brought to the last four appointments, although each was confirmed the day before.",
        risk: "A condition that gets worse when it is not treated.",
        strengths: "Registered, immunised, and a parent who worries too.",
        voice: "Was not asked yet: nobody has seen them.",
    },
    Worry {
        from: &[Health],
        ages: (13, 17),
        weight: 110,
        levels: (2, 4),
        said: "Brought to the emergency department on Saturday night after drinking far too much. Nobody at home could be reached until morning.",
        risk: "Out at night without anybody knowing where.",
        strengths: "Recovered fully, and agreed to see the young people’s service.",
        voice: "“It was stupid. I don’t want my nan to know.”",
    },
    Worry {
        from: WHO_VISITS,
        ages: (0, 17),
        weight: 200,
        levels: (2, 4),
        said: "The house was cold, with rubbish in the hall and no floor in the children’s room. It was better at the visit before.",
        risk: "Conditions at home are getting worse again.",
        strengths: "It was put right before, with a family worker beside them.",
        voice: "Wants a bed of their own.",
    },
    Worry {
        from: &[EarlyYears, Public, Council],
        ages: (0, 4),
        weight: 180,
        levels: (1, 3),
        said: "Fetched late on most evenings by somebody else each time, and nobody knows who may fetch the child.",
        risk: "Nobody seems to know who looks after the child.",
        strengths: "Plays well, eats well, and is pleased to be fetched.",
        voice: "Names four people when asked who lives at home.",
    },
    Worry {
        from: &[Housing, Charity],
        ages: (0, 17),
        weight: 160,
        levels: (1, 3),
        said: "Eleven weeks in one room of a hostel, with other residents whom the parent is afraid of.",
        risk: "No safe place to play or to do homework, and strangers on the landing.",
        strengths: "The parent is at the housing office every week and does not give up.",
        voice: "Says that they are not allowed to go to the kitchen alone.",
    },
    Worry {
        from: &[Probation],
        ages: (-1, 17),
        weight: 260,
        levels: (3, 4),
        said: "Somebody who may not live with children has given this address for when he is released.",
        risk: "He could move in within days, and the family may not know why he should not.",
        strengths: "The family answered the first call and will meet us.",
        voice: "Has not been asked, since they may not know yet.",
    },
    Worry {
        from: &[YouthJustice],
        ages: (10, 17),
        weight: 200,
        levels: (3, 4),
        said: "Came to the appointment with a black eye, would not say who did it, and asked whether we lock the doors.",
        risk: "Somebody frightens them, and it may be at home.",
        strengths: "Keeps every appointment.",
        voice: "“I’d rather stay here a bit.”",
    },
    Worry {
        from: &[Charity],
        ages: (-1, 17),
        weight: 320,
        levels: (2, 4),
        said: "Their mother has left him and moved with nothing. She asks that nobody is told where they are.",
        risk: "The danger is greatest in the weeks after leaving.",
        strengths: "She planned it for months, with help, and did it.",
        voice: "Misses the dog, and says that it is quiet here.",
    },
    Worry {
        from: &[Council, Charity],
        ages: (-1, 17),
        weight: 240,
        levels: (1, 3),
        said: "Comes to the group every week. Since the benefit stopped there has been no gas, and the parent has stopped eating for the children’s sake.",
        risk: "A family in real want as winter comes.",
        strengths: "Never misses a week, and helps other parents.",
        voice: "Likes the soup at the group.",
    },
    Worry {
        from: &[Public],
        ages: (0, 17),
        weight: 260,
        levels: (1, 4),
        said: "Hears the children cry for a long time on most evenings, and is not sure whether an adult is at home.",
        risk: "Children may be alone in the evenings.",
        strengths: "A neighbour who looks out for them.",
        voice: "Not yet seen.",
    },
    Worry {
        from: &[Public],
        ages: (-1, 17),
        weight: 140,
        levels: (2, 4),
        said: "Is worried about the grandchildren since their parents took up with new friends. The money goes, and strangers come at night.",
        risk: "Drug use at home, with people about whom the children do not know.",
        strengths: "A grandparent who would have them to stay at any time.",
        voice: "Told their grandparent that they lock their door.",
    },
];

#[cfg(test)]
mod tests {
    use super::{ANYBODY, Source, WORRIES};

    #[test]
    fn every_source_has_something_to_say_about_every_child_whom_it_knows() {
        for source in ANYBODY {
            for age in -1..=17 {
                let is_said = WORRIES.iter().any(|w| w.weight > 0 && w.fits(*source, age));
                let knows = match source {
                    Source::School => (4..=17).contains(&age),
                    Source::EarlyYears => (0..=4).contains(&age),
                    Source::YouthJustice => (10..=17).contains(&age),
                    _ => true,
                };
                assert!(is_said || !knows, "{source:?}, {age}");
            }
        }
    }
}
