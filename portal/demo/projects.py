"""The projects of the demo: modernised lifts with a partner's people, quotes in every state, contract and invoices."""

import datetime as dt
from decimal import Decimal

from fieldservice.domain.invoices import InvoiceItem
from fieldservice.models import IncidentType
from notifications.models import OutboxMessage
from portal.accounts.models import Account, Contact, User
from portal.catalog.models import TaxCode
from portal.demo.work import pretend
from portal.kit import clock
from portal.tenancy.days import today
from portal.tenancy.models import Tenant
from portal.tenancy.scope import tenant_scope
from projects.domain.contracts import draft_of_quote, open_contract
from projects.domain.decisions import Deciding, decide
from projects.domain.invoices import confirm, draft_of_milestones, record_paid
from projects.domain.lines import Item
from projects.domain.milestones import MilestoneItem, mark_ready, write_milestones
from projects.domain.projects import change_stage, create_project, report_health
from projects.domain.questions import answer, ask
from projects.domain.quotes import close_quote, draft_quote, lines_in_order, revise, send
from projects.domain.tasks import add_phase, add_task, report_progress
from projects.domain.team import add_member, assign, book
from projects.enums import Decision, Health, ProjectStage, QuoteStatus, TaskKind, TeamBookingStatus
from projects.models import Contract, Project, ProjectRole, Quote, TeamMember
from scheduling.models import BookableResource, WorkingHours

TOLD = ("quote_sent", "quote_decided", "quote_question", "quote_answered", "contract_opened", "project_invoice_exposed")
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
EIGHT, FIVE = dt.time(8), dt.time(17)
HOUR = 60
# Name, and the number of the account that the person works for; "" is the company itself.
TEAM = {
    "P-01": ("Maren Lindqvist", ""),
    "P-02": ("Tomasz Zielinski", ""),
    "P-03": ("Ciara Doyle", "M-3001"),
    "P-04": ("Kwame Asante", "M-3001"),
}
ROLES = {"P-01": "Project manager", "P-02": "Lift engineer", "P-03": "Installer", "P-04": "Installer"}
# By phase: the tasks with their effort in hours, who does them, and how far they are.
PHASES = {
    "Survey": (
        ("Measure shafts and machine rooms", 24, ("P-02",), 100),
        ("Choose drives and controllers", 16, ("P-02",), 100),
    ),
    "Installation": (
        ("Replace the drive of lift 1", 60, ("P-03", "P-04"), 100),
        ("Replace the controller of lift 1", 40, ("P-02", "P-03"), 60),
        ("Replace the drive of lift 2", 60, ("P-03", "P-04"), 0),
    ),
    "Handover": (("Thorough examination", 12, ("P-02",), 0), ("Instruct the caretakers", 4, ("P-01",), 0)),
}


def open_projects(tenant: Tenant) -> int:
    """Projects with quotes, contract and invoices for the customer who signs in; how many projects are new."""
    with tenant_scope(tenant):
        if tenant.slug != "meridian" or Project.objects.exists():
            return 0
        customer = Account.objects.get(number="M-2001")
        people = open_team()
        with pretend(clock.now() - 12 * WEEK):
            won = win_quote(customer)
        project = run_project(customer, people, won)
        with pretend(clock.now() - 3 * WEEK):
            bill(project, won)
        quote_more(customer, project)
        finish_old_project(customer, people)
        # This was lived in the past: nobody gets mails about it now.
        OutboxMessage.objects.filter(name__in=TOLD).delete()
        return Project.objects.count()


def open_team() -> dict[str, BookableResource]:
    """Those who work on projects, by number; some are a partner's people."""
    found = {}
    for number, (name, account) in TEAM.items():
        employer = Account.objects.get(number=account) if account else None
        values = {"name": name, "account": employer, "time_zone": "Europe/London", "is_self_schedulable": False}
        resource, is_new = BookableResource.objects.get_or_create(external_number=number, defaults=values)
        if is_new:
            WorkingHours.objects.bulk_create(
                WorkingHours(resource=resource, weekday=weekday, starts=EIGHT, ends=FIVE) for weekday in range(5)
            )
        found[number] = resource
    return found


def item(description: str, price: str, *, quantity: str = "1", unit: str = "", is_optional: bool = False) -> Item:
    """A line with the company's tax."""
    tax = TaxCode.objects.order_by("pk").first()
    charged = InvoiceItem(
        description=description,
        quantity=Decimal(quantity),
        unit=unit,
        unit_price=Decimal(price),
        tax_name=tax.name if tax else "",
        tax_rate=tax.rate if tax else Decimal(0),
    )
    return Item(charged, {"is_optional": is_optional})


def deciding(customer: Account) -> Deciding:
    """The customer's contact who signs in."""
    contact = Contact.objects.filter(account=customer, user__email="psa-approver@meridian.example").get()
    return Deciding(contact, contact.user, "198.51.100.23", "")


def win_quote(customer: Account) -> Quote:
    """A quote that was approved and became the contract."""
    quote = send(
        draft_quote(
            customer,
            name="Modernisation of two lifts",
            lines=[
                item("New gearless drive with frequency control", "14800.00", quantity="2", unit="piece"),
                item("Controller with destination dispatch", "9250.00", quantity="2", unit="piece"),
                item("Removal, installation and commissioning", "21600.00"),
                item("Car lighting by LED", "1180.00", quantity="2", unit="piece", is_optional=True),
            ],
            introduction="Both passenger lifts of the tower keep their shafts and cars; drives and controllers are new.",
            terms="Work on one lift at a time, so that one always runs. Two years' warranty on all new parts.",
            is_exposed=True,
        )
    )
    option = lines_in_order(quote)[-1]
    decide(quote, Decision.APPROVED, digest=quote.digest, by=deciding(customer), options=[option.pk])
    return close_quote(quote, QuoteStatus.WON)


def run_project(customer: Account, people: dict[str, BookableResource], quote: Quote) -> Project:
    """The project of the contract, in the middle of its work."""
    begins = today() - 8 * WEEK
    with pretend(clock.now() - 10 * WEEK):
        project = create_project(
            customer,
            name="Modernisation of two lifts",
            place=customer.place,
            manager=people["P-01"],
            starts_date=begins,
            ends_date=begins + 18 * WEEK,
            description="New drives and controllers for both passenger lifts. One lift always runs.",
            is_exposed=True,
        )
        Quote.objects.filter(pk=quote.pk).update(project=project)
        quote.project = project
        for stage in (ProjectStage.PLAN, ProjectStage.DELIVER):
            change_stage(project, stage)
    team = staff(project, people, begins)
    plan_work(project, team, begins)
    report_health(
        project,
        Health.YELLOW,
        comment="The second drive arrives a week later than planned. We work on the doors of lift 2 meanwhile.",
    )
    return project


def staff(project: Project, people: dict[str, BookableResource], begins: dt.date) -> dict[str, TeamMember]:
    """The team with its booked hours, by number."""
    team = {}
    for position, (number, resource) in enumerate(people.items()):
        role, _is_new = ProjectRole.objects.get_or_create(name=ROLES[number])
        member = team[number] = add_member(project, resource, role)
        first = begins + position * WEEK
        hours = 2 if number == "P-01" else 7
        for start in (first, first + 8 * WEEK):
            book(
                member,
                starts_date=start,
                ends_date=start + 5 * WEEK,
                minutes_a_day=hours * HOUR,
                status=TeamBookingStatus.HARD,
            )
    return team


def plan_work(project: Project, team: dict[str, TeamMember], begins: dt.date) -> None:
    """Phases with their tasks, shares and progress, each phase ending in a milestone."""
    for number, (name, tasks) in enumerate(PHASES.items()):
        first, last = begins + number * 6 * WEEK, begins + (number + 1) * 6 * WEEK - DAY
        phase = add_phase(project, name, starts_date=first, ends_date=last)
        for title, hours, shares, percent in tasks:
            task = add_task(project, title, phase=phase, starts_date=first, ends_date=last, effort_minutes=hours * HOUR)
            for each in shares:
                assign(task, team[each], minutes=hours * HOUR // len(shares))
            if percent:
                report_progress(task, percent)
        reached = add_task(project, f"{name} accepted", phase=phase, kind=TaskKind.MILESTONE, ends_date=last)
        if number == 0:
            report_progress(reached, 100)


def bill(project: Project, quote: Quote) -> Contract:
    """The contract, half of it billed: one invoice is paid, the other one open."""
    contract = draft_of_quote(quote)
    Contract.objects.filter(pk=contract.pk).update(project=project, is_exposed=True)
    contract.refresh_from_db()
    for line in contract.lines.order_by("position", "pk"):
        half = (line.net / 2).quantize(Decimal("0.01"))
        write_milestones(
            line,
            [
                MilestoneItem(name="Lift 1 accepted", amount=half, due_date=today()),
                MilestoneItem(name="Lift 2 accepted", amount=line.net - half, due_date=today() + 8 * WEEK),
            ],
        )
    open_contract(contract)
    for is_paid in (True, False):
        ready = [
            line.milestones.filter(status="not_ready").order_by("position", "pk").first()
            for line in contract.lines.order_by("position", "pk")[slice(2) if is_paid else slice(2, 3)]
        ]
        mark_ready(contract, [each for each in ready if each])
        invoice = draft_of_milestones(contract)
        type(invoice).objects.filter(pk=invoice.pk).update(is_exposed=True)
        invoice.refresh_from_db()
        confirm(invoice)
        if is_paid:
            record_paid(invoice)
    return contract


def quote_more(customer: Account, project: Project) -> None:
    """Quotes that await a decision, were rejected, revised, or have expired."""
    with pretend(clock.now() - 2 * DAY):
        quote_with_options(customer, project)
    with pretend(clock.now() - 6 * WEEK):
        refused = sent(customer, "Glass doors for lift 2", item("Glass door set", "11400.00"))
        reason = "Too expensive for now."
        decide(refused, Decision.REJECTED, digest=refused.digest, by=deciding(customer), reason=reason)
    with pretend(clock.now() - 5 * DAY):
        first = sent(customer, "Emergency telephones", item("Telephone with GSM module", "480.00", quantity="3"))
        send(revise(first))
    with pretend(clock.now() - 9 * WEEK):
        sent(customer, "Door sensors", item("Light curtain", "620.00", quantity="2"))


def sent(customer: Account, name: str, *lines: Item) -> Quote:
    """A quote that the customer sees."""
    return send(draft_quote(customer, name=name, lines=lines, is_exposed=True))


def quote_with_options(customer: Account, project: Project) -> None:
    """A quote with options, and a question that was answered; an approval is followed by a visit."""
    service = IncidentType.objects.filter(is_self_schedulable=True).order_by("name", "pk").first()
    lines = (
        item("Hydraulic power unit", "8600.00"),
        item("Installation and commissioning", "118.00", quantity="46", unit="hour"),
        item("Rubber protection of the car walls", "940.00", is_optional=True),
        item("Weekend work, so that deliveries go on", "1650.00", is_optional=True),
    )
    quote = send(
        draft_quote(
            customer,
            name="Modernisation of the goods lift",
            project=project,
            service=service,
            lines=lines,
            introduction="The goods lift gets a new power unit. We need it for four working days.",
            terms="Payable within 30 days. The price holds until the date above.",
            is_exposed=True,
        )
    )
    by, first = deciding(customer), lines_in_order(quote)[0]
    text = "Can the lift be used at night while you work on it?"
    question = ask(quote, text, contact=by.contact, user=by.user, line=first.pk)
    staff_member = User.objects.get(email="admin@meridian.example")
    answer(question, "Yes, from the second day on, between 18:00 and 07:00.", by=staff_member)


def finish_old_project(customer: Account, people: dict[str, BookableResource]) -> None:
    """A project of last year, closed."""
    begins = today() - 60 * WEEK
    with pretend(clock.now() - 62 * WEEK):
        project = create_project(
            customer,
            name="Ropes and pulleys of lift 1",
            place=customer.place,
            manager=people["P-01"],
            starts_date=begins,
            ends_date=begins + 4 * WEEK,
            description="All suspension ropes and the deflection pulley were replaced.",
            is_exposed=True,
        )
        task = add_task(project, "Replace the ropes", effort_minutes=30 * HOUR)
        report_progress(task, 100)
        for stage in (ProjectStage.PLAN, ProjectStage.DELIVER, ProjectStage.COMPLETE):
            change_stage(project, stage)
    with pretend(clock.now() - 55 * WEEK):
        change_stage(project, ProjectStage.CLOSED)
