"""Addresses of the pedagogical cycle."""

from django.urls import path

from plans.views import drafts, evaluations, guidance, meetings, observations, plans

app_name = "plans"

_COMMUNITY = "faellesskaber/<str:public_id>/"
_PUPIL = "boern/<str:public_id>/"
_OBSERVATION = "observationer/<str:public_id>/"
_PLAN = "planer/<str:public_id>/"
_GUIDANCE = "vejledning/<str:public_id>/"
_MEETING = "moeder/<str:public_id>/"

urlpatterns = [
    path(_COMMUNITY + "observation/ny/", observations.new_for_community, name="new_observation"),
    path(_PUPIL + "observation/ny/", observations.new_for_pupil, name="new_observation_of_pupil"),
    path(
        _COMMUNITY + "observationer/", observations.of_community, name="observations_of_community"
    ),
    path(_PUPIL + "observationer/", observations.of_pupil, name="observations_of_pupil"),
    path(_OBSERVATION, observations.observation, name="observation"),
    path(_OBSERVATION + "ret/", observations.correct, name="correct_observation"),
    path(_OBSERVATION + "traek-tilbage/", observations.withdraw, name="withdraw_observation"),
    path("planer/", plans.plans, name="plans"),
    path(_COMMUNITY + "plan/ny/", plans.new_plan_for_community, name="new_plan_for_community"),
    path(_PUPIL + "plan/ny/", plans.new_plan_for_pupil, name="new_plan_for_pupil"),
    path(_PLAN, plans.plan, name="plan"),
    path(_PLAN + "sammenhaeng/", drafts.edit_context, name="edit_context"),
    path(_PLAN + "maal/", drafts.edit_goals, name="edit_goals"),
    path(_PLAN + "tiltag/", drafts.edit_actions, name="edit_actions"),
    path(_PLAN + "barnets-stemme/", drafts.edit_voices, name="edit_voices"),
    path(_PLAN + "foraeldre/", drafts.edit_parents, name="edit_parents"),
    path(_PLAN + "evalueres/", drafts.edit_evaluation, name="edit_evaluation"),
    path(_PLAN + "tag-i-brug/", plans.put_into_use, name="put_into_use"),
    path(_PLAN + "ret/", plans.revise, name="revise"),
    path(_PLAN + "titel/", plans.edit_plan, name="edit_plan"),
    path(_PLAN + "kasser-kladden/", plans.drop_draft, name="drop_draft"),
    path("planudgaver/<str:public_id>/", plans.version, name="version"),
    path("planudgaver/<str:public_id>/evaluer/", evaluations.evaluate, name="evaluate"),
    path("evalueringer/<str:public_id>/", evaluations.evaluation, name="evaluation"),
    path(
        _COMMUNITY + "vejledning/ny/", guidance.ask_for_community, name="ask_guidance_for_community"
    ),
    path(_PUPIL + "vejledning/ny/", guidance.ask_for_pupil, name="ask_guidance_for_pupil"),
    path("vejledning/", guidance.inbox, name="guidance_inbox"),
    path(_GUIDANCE, guidance.guidance, name="guidance"),
    path(_GUIDANCE + "svar/", guidance.answer, name="answer_guidance"),
    path(_GUIDANCE + "traek-tilbage/", guidance.withdraw, name="withdraw_guidance"),
    path(_GUIDANCE + "laest/", guidance.read, name="guidance_read"),
    path(_COMMUNITY + "moede/nyt/", meetings.new_for_community, name="new_meeting_for_community"),
    path(_PUPIL + "moede/nyt/", meetings.new_for_pupil, name="new_meeting_for_pupil"),
    path(_COMMUNITY + "moeder/", meetings.of_community, name="meetings_of_community"),
    path(_PUPIL + "moeder/", meetings.of_pupil, name="meetings_of_pupil"),
    path(_COMMUNITY + "vejledninger/", guidance.of_community, name="guidance_of_community"),
    path(_PUPIL + "vejledninger/", guidance.of_pupil, name="guidance_of_pupil"),
    path(_MEETING, meetings.meeting, name="meeting"),
    path(_MEETING + "ret/", meetings.correct, name="correct_meeting"),
    path(_MEETING + "traek-tilbage/", meetings.withdraw, name="withdraw_meeting"),
]
