"""Pages of learning communities: the community comes before the child."""

from django.http import HttpResponse
from django.shortcuts import render

from districts import selectors
from districts.models import LearningCommunity
from districts.sections import case_numbers, community_sections
from haderslev.core.access import AccessRequest, on_object, with_permission
from haderslev.core.lists import listed_page
from haderslev.core.policy import held_on


@with_permission("view_community")
def communities(request: AccessRequest) -> HttpResponse:
    """List the person's classes with their teams; no child is named."""
    mine = LearningCommunity.objects.visible_to(request.user)
    page = listed_page(request, selectors.communities_with_teams(mine))
    rows = selectors.first_acts_of(list(page), request.user)
    context = {
        "page": page,
        "rows": rows,
        "acts": any(acts for _row, acts in rows),
        "schools": len({row.school_id for row in page}),
    }
    return render(request, "districts/communities.html", context)


@on_object(LearningCommunity, "view_community")
def community(request: AccessRequest, community: LearningCommunity) -> HttpResponse:
    """Show a class: what is done with it, then its pupils by name alone."""
    pupils = list(selectors.pupils_of(community, request.user))
    request.reads.listed(pupils)
    row = selectors.communities_with_teams(LearningCommunity.objects.filter(pk=community.pk)).get()
    sections = community_sections.sections_of(community, request.user)
    request.reads.note(case=case_numbers(sections))
    context = {
        "community": row,
        "facts": [row.school.name, *community_sections.facts_of(community, request.user)],
        "sections": sections,
        "pupils": pupils,
        "acts": selectors.first_acts(community, held_on(request.user, community)),
    }
    return render(request, "districts/community.html", context)
