"""What staff see at their desk: one problem, its plan, and everything that follows from the two."""

from matcher.service.desk.contracts import ContractPage, contract_page, contract_rows
from matcher.service.desk.courses import course_rows
from matcher.service.desk.desk import Desk
from matcher.service.desk.figures import FigureRow, Figures, figures
from matcher.service.desk.pairs import PairPage, pair_page
from matcher.service.desk.people import CandidatePage, candidate_page, candidate_rows
from matcher.service.desk.proposals import ProposalRow, proposal_rows
from matcher.service.desk.today import Today, today
from matcher.service.desk.vacancies import VacancyPage, everybody_for, vacancy_page, vacancy_rows

__all__ = [
    "CandidatePage",
    "ContractPage",
    "Desk",
    "FigureRow",
    "Figures",
    "PairPage",
    "ProposalRow",
    "Today",
    "VacancyPage",
    "candidate_page",
    "candidate_rows",
    "contract_page",
    "contract_rows",
    "course_rows",
    "everybody_for",
    "figures",
    "pair_page",
    "proposal_rows",
    "today",
    "vacancy_page",
    "vacancy_rows",
]
