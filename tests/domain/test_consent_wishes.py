"""What a patient's words ask to be stopped is proposed with the sentence that says so."""

import pytest

from lib.domain.consent import (
    EDUCATION,
    KEEPING_IN_TOUCH,
    OBTAINING_INFORMATION,
    RECORD_MEDIA,
    SHARING_WITH_PROFESSIONALS,
    SOCIAL_MEDIA,
    THIRD_PARTY,
    Channel,
    Topic,
)
from lib.domain.consent_wishes import LONGEST_PHRASE, proposals

EMAIL, SMS, PHONE, POST = (Topic(KEEPING_IN_TOUCH, channel) for channel in Channel)
ELSEWHERE = {Topic(EDUCATION), Topic(SOCIAL_MEDIA), Topic(THIRD_PARTY)}


def topics(text: str, subject: str = "") -> set[Topic]:
    return {one.topic for one in proposals(subject, text)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Please stop emailing me about offers.", {EMAIL}),
        ("I don\N{RIGHT SINGLE QUOTATION MARK}t want texts any more", {SMS}),
        ("Thank you for the letter. I want to stop being phoned.", {PHONE}),
        ("No more leaflets in the post, please", {POST}),
        ("I no longer want to be contacted.", {EMAIL, SMS, PHONE, POST}),
        ("I withdraw my consent for my photos on Instagram.", {Topic(SOCIAL_MEDIA)}),
        (
            "Please take down my pictures from your website and don't use them for teaching.",
            {Topic(SOCIAL_MEDIA), Topic(EDUCATION)},
        ),
        ("Please stop posting me online!", {Topic(SOCIAL_MEDIA)}),
        ("I do not want you to use my photographs any more", ELSEWHERE),
        ("I would rather you did not show my pictures to students.", {Topic(EDUCATION)}),
        ("Please stop sharing my photos.", {Topic(THIRD_PARTY)}),
        ("Do not take any more photos of me", {Topic(RECORD_MEDIA)}),
        ("Please do not send details to my GP", {Topic(SHARING_WITH_PROFESSIONALS)}),
        (
            "I withdraw all consent",
            {*ELSEWHERE, EMAIL, SMS, PHONE, POST, Topic(OBTAINING_INFORMATION)},
        ),
    ],
)
def test_what_is_to_stop_is_proposed(text: str, wanted: set[Topic]) -> None:
    assert topics(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Can I book for Tuesday? Thanks for the newsletter!",
        "Please send me the photos from my website enquiry.",
        "I cannot come on Friday and do not know when I can.",
        "Please stop sharing the waiting room with the dentist.",
    ],
)
def test_a_message_that_ends_nothing_proposes_nothing(text: str) -> None:
    assert topics(text) == set()


def test_the_subject_alone_is_enough() -> None:
    assert topics("", "UNSUBSCRIBE") == {EMAIL}


def test_each_topic_is_proposed_once_with_the_first_sentence_that_says_so() -> None:
    found = proposals("Stop the emails", "I mean it. Stop the emails now.")
    assert [(one.topic, one.phrase) for one in found] == [(EMAIL, "Stop the emails")]


def test_a_long_sentence_is_cut_where_it_is_quoted() -> None:
    (found,) = proposals("", f"stop emailing me {'please ' * 80}")
    assert len(found.phrase) == LONGEST_PHRASE + 1
    assert found.phrase.endswith("…")


def test_a_sentence_goes_on_over_a_line_but_not_over_a_gap() -> None:
    assert topics("Please stop\nemailing me") == {EMAIL}
    assert topics("Please stop\n\nemail is how I found you") == set()
