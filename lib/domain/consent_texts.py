"""Starting texts of forms, in plain words of our own: to be checked by the clinic before use."""

from dataclasses import dataclass

from lib.domain.consent import (
    EDUCATION,
    KEEPING_IN_TOUCH,
    OBTAINING_INFORMATION,
    RECORD_MEDIA,
    SHARING_WITH_PROFESSIONALS,
    SOCIAL_MEDIA,
    THIRD_PARTY,
    TREATMENT,
)


@dataclass(frozen=True, slots=True)
class Start:
    """What a form begins with: its name, what it asks for, and its text in Markdown."""

    name: str
    purposes: tuple[str, ...]
    text: str


CHECK = "These texts are a starting point. Have them checked before you put a form in force."

STARTS = (
    Start(
        "Treatment",
        (TREATMENT,),
        """\
## Before you decide

We have talked about what you would like to change, and what this treatment can and cannot do.
Please take the time you need, and ask whatever you want to know.

We have explained to you:

- how the treatment is done, and with which product
- what you can expect, and when you will see it
- what happens often, such as swelling, bruising or tenderness
- what happens rarely but can be serious, and what to look out for
- what else you could do, and what happens if you do nothing
- what it costs, and what aftercare it needs

## Your part

You have told us about your health, your medicines, your allergies and earlier treatments, and
whether you are pregnant or breastfeeding. **Tell us if anything of this changes.**

You may change your mind at any time, also when we have already begun.
""",
    ),
    Start(
        "Photographs and video",
        (RECORD_MEDIA, EDUCATION, SOCIAL_MEDIA, THIRD_PARTY),
        """\
## Pictures for your record

We would like to photograph or film you before and after treatment. The pictures show how you
heal and help us to treat you well. They stay in your record, and only those who look after you
see them.

## Other uses

Anything beyond your record is up to you. We ask about each use on its own below:

- you can say **yes to some and no to others**
- saying no does not change how we treat you
- what was published can be taken down, but others may have copied it by then

## If you change your mind

Tell any of us, in whatever way suits you. We stop at once, and we tell you what we could take
back and what we could not.
""",
    ),
    Start(
        "Keeping in touch",
        (KEEPING_IN_TOUCH,),
        """\
## News and offers

We would like to tell you about treatments, events and offers of this clinic. Choose below how we
may reach you. You can choose several ways, or none.

We never pass your details on to others for their advertising.

## If you change your mind

Reply to any message, call us or tell us when you are here, and we stop.

Messages about your own appointments and your care are not part of this. We send them in any case.
""",
    ),
    Start(
        "Sharing information",
        (SHARING_WITH_PROFESSIONALS, OBTAINING_INFORMATION),
        """\
## What this is about

It can help your care if your GP, or another professional who treats you, knows what we do. It can
also help us to know what they know.

- We share **only what is needed**, and only with the people you name.
- We ask only the people you name, and only about what matters for your treatment.
- You can say yes to one and no to the other.

## If you change your mind

Tell us at any time. From then on we neither share nor ask. What was already shared cannot be
called back, but you can ask those people about it.

In an emergency we may have to tell others what they need to know to help you.
""",
    ),
)
EMPTY = Start("", (), "")
