"""Who may open which address: the table as it was agreed, one row an address, one column a kind of person.

`in` leads to the sign-in and back, 401 asks to sign in again, 403 is not for this person, 404 is not
theirs. Below 400, and 409 and 422, the person was let in.
"""

import hashlib
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, url_for
from werkzeug.test import TestResponse

from tests import files, media, people
from tests.views.conftest import Browser, Scene, a_denouncer_waits, an_invitation
from tests.views.tus import Tus
from webapp import create_app
from webapp.config import Settings
from webapp.domain.attachments import AttachmentKind
from webapp.domain.outcomes import OutcomeKind
from webapp.domain.telling import Telling
from webapp.errors import STAFF_PATHS
from webapp.extensions import db
from webapp.integrations import inspection, objects
from webapp.models import Account, Attachment, Evidence, Petition, Role, SittingFrame, Visit
from webapp.policy import STATIC_ENDPOINTS
from webapp.services import (
    accounts,
    attachments,
    call_backs,
    data_requests,
    desks,
    drafts,
    evidence,
    participants,
    people_at_point,
    place_requests,
    reception,
    statement_tasks,
)
from webapp.services.actor import SYSTEM, bridge, citizen, officer
from webapp.services.attachments import Announced
from webapp.services.evidence import Begun

TABLE = """
                              nobody owner other officer elsewhere no_desk leader advisory bridge admin data inspector
GET  account.page                 in   200   200     302       302     302    302      302    302   200  200       200
GET  account.devices              in   302   302     200       200     200    200      200    200   200  200       200
POST account.end_session         401   404   404     404       404     404    404      404    404   404  404       404
POST account.end_other_sessions  401   303   303     303       303     303    303      303    303   303  303       303
GET  admin_accounts.create        in   403   403     403       403     403    403      403    403   200  403       403
POST admin_accounts.create       401   403   403     403       403     403    403      403    403   303  403       403
GET  admin_accounts.edit          in   403   403     403       403     403    403      403    403   200  403       403
POST admin_accounts.edit         401   403   403     403       403     403    403      403    403   303  403       403
GET  admin_accounts.listing       in   403   403     403       403     403    403      403    403   200  403       403
POST admin_accounts.reset        401   403   403     403       403     403    403      403    403   200  403       403
POST admin_accounts.disable      401   403   403     403       403     403    403      403    403   303  403       403
POST admin_accounts.enable       401   403   403     403       403     403    403      403    403   303  403       403
GET  admin_calendar.listing       in   403   403     403       403     403    403      403    403   200  403       403
POST admin_calendar.listing      401   403   403     403       403     403    403      403    403   422  403       403
POST admin_calendar.restore      401   403   403     403       403     403    403      403    403   303  403       403
GET  admin_messages.listing       in   403   403     403       403     403    403      403    403   200  403       403
POST admin_messages.again        401   403   403     403       403     403    403      403    403   404  403       403
GET  admin_schedule.week          in   403   403     403       403     403    403      403    403   200  403       403
POST admin_schedule.change_frame 401   403   403     403       403     403    403      403    403   404  403       403
GET  admin_schedule.add           in   403   403     403       403     403    403      403    403   200  403       403
POST admin_schedule.add          401   403   403     403       403     403    403      403    403   422  403       403
GET  admin_schedule.templates     in   403   403     403       403     403    403      403    403   200  403       403
GET  admin_schedule.create_template in  403   403     403       403     403    403      403    403   200  403       403
POST admin_schedule.create_template 401  403   403     403       403     403    403      403    403   422  403       403
GET  admin_schedule.template      in   403   403     403       403     403    403      403    403   404  403       403
POST admin_schedule.template     401   403   403     403       403     403    403      403    403   404  403       403
POST admin_schedule.end_template 401   403   403     403       403     403    403      403    403   404  403       403
GET  admin_schedule.sitting       in   403   403     403       403     403    403      403    403   200  403       403
POST admin_schedule.move         401   403   403     403       403     403    403      403    403   422  403       403
POST admin_schedule.places       401   403   403     403       403     403    403      403    403   422  403       403
POST admin_schedule.cancel       401   403   403     403       403     403    403      403    403   422  403       403
POST admin_schedule.revise       401   403   403     403       403     403    403      403    403   422  403       403
POST attachments.begin           401   200   404     200       404     403    404      403    403   403  403       403
PUT  attachments.put_piece       401   204   404     404       404     403    404      403    403   403  403       403
POST attachments.finish          401   409   404     404       404     403    404      403    403   403  403       403
GET  attachments.content          in   200   404     200       404     403    404      403    403   403  403       403
GET  attachments.voice_as_mp3     in   200   404     200       404     403    404      403    403   403  403       403
POST attachments.send            401   303   404     303       404     403    404      403    403   403  403       403
GET  board.page                  200   200   200     200       200     200    200      200    200   200  200       200
GET  board.at_point              200   200   200     200       200     200    200      200    200   200  200       200
GET  board.of_sitting            200   200   200     200       200     200    200      200    200   200  200       200
GET  bridge.page                  in   403   403     403       403     403    403      403    200   403  403       403
POST bridge.came                 401   403   403     403       403     403    403      403    404   403  403       403
POST bridge.seen                 401   403   403     403       403     403    403      403    404   403  403       403
GET  bridge.book                  in   403   403     403       403     403    403      403    200   403  403       403
POST bridge.book                 401   403   403     403       403     403    403      403    303   403  403       403
GET  bridge.cancel                in   403   403     403       403     403    403      403    200   403  403       403
POST bridge.cancel               401   403   403     403       403     403    403      403    303   403  403       403
GET  bridge.change                in   403   403     403       403     403    403      403    303   403  403       403
POST bridge.change               401   403   403     403       403     403    403      403    303   403  403       403
POST bridge.find                 401   403   403     403       403     403    403      403    422   403  403       403
POST bridge.hand_over            401   403   403     403       403     403    403      403    404   403  403       403
GET  bridge.person                in   403   403     403       403     403    403      403    200   403  403       403
GET  bridge.place                 in   403   403     403       403     403    403      403    200   403  403       403
GET  bridge.read                  in   403   403     403       403     403    403      403    303   403  403       403
POST bridge.read                 401   403   403     403       403     403    403      403    303   403  403       403
GET  bridge.receipt               in   403   403     403       403     403    403      403    200   403  403       403
GET  bridge.register              in   403   403     403       403     403    403      403    200   403  403       403
POST bridge.register             401   403   403     403       403     403    403      403    422   403  403       403
GET  bridge.ticket                in   403   403     403       403     403    403      403    200   403  403       403
POST bridge.told                 401   403   403     403       403     403    403      403    404   403  403       403
GET  bridge.write                 in   403   403     403       403     403    403      403    200   403  403       403
POST bridge.write                401   403   403     403       403     403    403      403    422   403  403       403
GET  data_requests.listing        in   403   403     403       403     403    403      403    403   403  200       403
GET  data_requests.page           in   403   403     403       403     403    403      403    403   403  200       403
POST data_requests.page          401   403   403     403       403     403    403      403    403   403  303       403
GET  demo.outbox                 200   200   200     200       200     200    200      200    200   200  200       200
GET  demo.outbox_json            200   200   200     200       200     200    200      200    200   200  200       200
GET  desk.page                    in   403   403     200       200     200    200      403    403   403  403       403
GET  desk.queue_part              in   403   403     200       200     200    200      403    403   403  403       403
GET  desk.visit_part              in   403   403     200       404     403    404      403    403   403  403       403
POST desk.open_desk              401   403   403     409       409     403    303      403    403   403  403       403
POST desk.close_desk             401   403   403     409       303     403    409      403    403   403  403       403
POST desk.call_next              401   403   403     409       303     403    409      403    403   403  403       403
POST desk.act                    401   403   403     409       303     403    409      403    403   403  403       403
POST desk.save_minutes           401   403   403     303       404     403    404      403    403   403  403       403
GET  desk.statement_state         in   403   403     200       404     403    404      403    403   403  403       403
POST desk.write_statement        401   403   403     303       404     403    404      403    403   403  403       403
POST desk.note_statement         401   403   403     409       404     403    404      403    403   403  403       403
POST desk.close_visit            401   403   403     303       404     403    404      403    403   403  403       403
POST desk.seen                   401   403   403     303       404     403    404      403    403   403  403       403
GET  desk.case                    in   403   403     200       404     403    404      403    403   403  403       403
POST desk.case                   401   403   403     422       404     403    404      403    403   403  403       403
GET  desk.priority                in   403   403     200       200     403    200      403    403   403  403       403
POST desk.priority               401   403   403     303       303     403    303      403    403   403  403       403
POST desk.proof_seen             401   403   403     404       404     403    404      403    403   403  403       403
GET  desk.papers                  in   403   403     200       200     403    200      403    403   403  403       403
POST desk.papers                 401   403   403     200       200     403    200      403    403   403  403       403
GET  desk.identity                in   403   403     200       404     403    404      403    403   403  403       403
POST desk.identity               401   403   403     200       404     403    404      403    403   403  403       403
GET  desk.gate                    in   403   403     200       200     403    200      403    403   403  403       403
POST desk.gate                   401   403   403     303       303     403    303      403    403   403  403       403
GET  device_check.page            in   200   404     403       403     403    403      403    403   403  403       403
POST device_check.keep           401   422   404     403       403     403    403      403    403   403  403       403
GET  device_check.sample          in   200   404     403       403     403    403      403    403   403  403       403
POST device_check.take           401   204   404     403       403     403    403      403    403   403  403       403
GET  early_check.page            200   302   200     200       200     200    200      200    200   200  200       200
POST early_check.keep            401   422   422     403       403     403    403      403    403   403  403       403
GET  early_check.sample          200   200   200     200       200     200    200      200    200   200  200       200
POST early_check.take            204   204   204     204       204     204    204      204    204   204  204       204
GET  evidence.page                in   200   404     403       403     403    403      403    403   403  403       403
POST evidence.send               401   303   404     403       403     403    403      403    403   403  403       403
GET  evidence.listing             in   200   404     403       403     403    403      403    403   403  403       403
GET  evidence.content             in   200   404     403       403     403    403      403    403   403  403       403
GET  evidence.mark               in   302   404     403       403     403    403      403    403   403  403       403
POST evidence.mark               401   303   404     403       403     403    403      403    403   403  403       403
POST evidence.remove             401   409   404     403       403     403    403      403    403   403  403       403
POST evidence.issue              401   303   404     403       403     403    403      403    403   403  403       403
GET  evidence.proof_places        in   200   404     403       403     403    403      403    403   403  403       403
POST evidence.proof              401   303   404     403       403     403    403      403    403   403  403       403
GET  evidence.receipt             in   200   404     403       403     403    403      403    403   403  403       403
GET  evidence.content_for_officer in   403   403     200       404     403    404      403    403   403  403       403
GET  evidence.receipt_for_officer in   403   403     200       404     403    404      403    403   403  403       403
GET  evidence.seal                in   403   403     404       404     403    404      403    403   403  403       403
POST evidence.seal               401   403   403     404       404     403    404      403    403   403  403       403
POST evidence.open_sealed        401   403   403     200       404     403    404      403    403   403  403       403
POST tus.create                  401   201   404     403       403     403    403      403    403   403  403       403
PATCH tus.append                 401   204   404     403       403     403    403      403    403   403  403       403
DELETE tus.terminate             401   409   404     403       403     403    403      403    403   403  403       403
GET  guest.open_link             200   409   409     409       409     409    409      409    409   409  409       409
POST guest.open_link             303   409   409     409       409     409    409      409    409   409  409       409
GET  guest.page                  404   404   404     404       404     404    404      404    404   404  404       404
GET  guest.status                 in   403   403     403       403     403    403      403    403   403  403       403
GET  guest.frame                  in   404   404     404       404     403    404      403    403   403  403       403
GET  my_data.page                 in   200   200     403       403     403    403      403    403   403  403       403
GET  my_data.correct_paper        in   200   404     403       403     403    403      403    403   403  403       403
POST my_data.correct_paper       401   303   404     403       403     403    403      403    403   403  403       403
POST my_data.correct             401   303   303     403       403     403    403      403    403   403  403       403
POST my_data.send_mail_code      401   422   422     403       403     403    403      403    403   403  403       403
POST my_data.confirm_mail        401   422   422     403       403     403    403      403    403   403  403       403
POST my_data.ask_deletion        401   303   303     403       403     403    403      403    403   403  403       403
POST my_data.download            401   200   200     403       403     403    403      403    403   403  403       403
GET  operations.healthz          200   200   200     200       200     200    200      200    200   200  200       200
GET  operations.readyz           200   200   200     200       200     200    200      200    200   200  200       200
GET  people.part                  in   200   404     200       404     403    404      403    403   403  403       403
POST people.hand                 401   303   404     303       404     403    404      403    403   403  403       403
GET  people.invite                in   403   403     200       404     403    404      403    403   403  403       403
POST people.invite               401   403   403     200       404     403    404      403    403   403  403       403
POST people.whole_room           401   403   403     303       404     403    404      403    403   403  403       403
POST people.act                  401   403   403     303       404     403    404      403    403   403  403       403
GET  petition.new                 in   200   302     403       403     403    403      403    403   403  403       403
GET  petition.go_on               in   302   302     403       403     403    403      403    403   403  403       403
GET  petition.matter              in   200   200     403       403     403    403      403    403   403  403       403
POST petition.matter             401   422   422     403       403     403    403      403    403   403  403       403
GET  petition.discard             in   200   200     403       403     403    403      403    403   403  403       403
POST petition.discard            401   303   303     403       403     403    403      403    403   403  403       403
GET  petition.step                in   200   200     403       403     403    403      403    403   403  403       403
POST petition.step               401   303   303     403       403     403    403      403    403   403  403       403
GET  petition.protected           in   200   200     403       403     403    403      403    403   403  403       403
GET  petition.review              in   200   303     403       403     403    403      403    403   403  403       403
POST petition.review             401   303   303     403       403     403    403      403    403   403  403       403
GET  petition.elsewhere           in   302   302     403       403     403    403      403    403   403  403       403
GET  petition.receipt             in   200   404     403       403     403    403      403    403   403  403       403
GET  petition.receipt_pdf         in   200   404     403       403     403    403      403    403   403  403       403
GET  petition.add                 in   200   404     403       403     403    403      403    403   403  403       403
POST petition.add                401   303   404     403       403     403    403      403    403   403  403       403
GET  petition.withdraw            in   200   404     403       403     403    403      403    403   403  403       403
POST petition.answer_statement   401   409   404     403       403     403    403      403    403   403  403       403
POST petition.withdraw           401   303   404     403       403     403    403      403    403   403  403       403
GET  petition.page                in   200   404     403       403     403    403      403    403   403  403       403
GET  petition.book                in   200   404     403       403     403    403      403    403   403  403       403
POST petition.book               401   303   404     403       403     403    403      403    403   403  403       403
GET  petition.ask_place           in   200   404     403       403     403    403      403    403   403  403       403
POST petition.ask_place          401   303   404     403       403     403    403      403    403   403  403       403
POST petition.withdraw_place     401   303   404     403       403     403    403      403    403   403  403       403
GET  place_requests.listing       in   403   403     403       403     403    200      403    403   403  403       403
GET  place_requests.page          in   403   403     403       403     403    200      403    403   403  403       403
POST place_requests.page         401   403   403     403       403     403    422      403    403   403  403       403
GET  place_requests.propose       in   403   403     200       404     403    404      403    403   403  403       403
POST place_requests.propose      401   403   403     303       404     403    404      403    403   403  403       403
GET  phone_change.page            in   200   200     403       403     403    403      403    403   403  403       403
POST phone_change.ask            401   422   422     403       403     403    403      403    403   403  403       403
POST phone_change.send_again     401   303   303     403       403     403    403      403    403   403  403       403
POST phone_change.prove_new      401   422   422     403       403     403    403      403    403   403  403       403
POST phone_change.prove_old      401   422   422     403       403     403    403      403    403   403  403       403
POST phone_change.give_up        401   303   303     403       403     403    403      403    403   403  403       403
GET  phone_change.at_desk         in   403   403     409       404     403    404      403    403   403  403       403
POST phone_change.at_desk        401   403   403     422       404     403    404      403    403   403  403       403
GET  phone_change.code_at_desk    in   403   403     404       404     403    404      403    403   403  403       403
POST phone_change.code_at_desk   401   403   403     404       404     403    404      403    403   403  403       403
GET  preparation.listing          in   403   403     403       403     403    403      403    200   403  403       403
GET  preparation.task             in   403   403     403       403     403    403      403    200   403  403       403
POST preparation.sign            401   403   403     403       403     403    403      403    422   403  403       403
POST preparation.withdraw        401   403   403     403       403     403    403      403    422   403  403       403
GET  preparation.sitting          in   403   403     200       200     200    200      403    403   200  403       403
POST preparation.receive         401   403   403     409       409     403    409      403    403   403  403       403
GET  public.home                 200   200   200     200       200     200    200      200    200   200  200       200
GET  public.schedule             200   200   200     200       200     200    200      200    200   200  200       200
GET  public.schedule_ics         200   200   200     200       200     200    200      200    200   200  200       200
GET  public.schedule_json        200   200   200     200       200     200    200      200    200   200  200       200
GET  public.privacy              200   200   200     200       200     200    200      200    200   200  200       200
GET  public.accessibility        200   200   200     200       200     200    200      200    200   200  200       200
POST public.language             303   303   303     303       303     303    303      303    303   303  303       303
GET  public.language             302   302   302     302       302     302    302      302    302   302  302       302
GET  public.letters              302   302   302     302       302     302    302      302    302   302  302       302
GET  ratings.rate                 in   200   404     403       403     403    403      403    403   403  403       403
POST ratings.rate                401   409   404     403       403     403    403      403    403   403  403       403
GET  ratings.report               in   403   403     403       403     403    200      403    403   403  403       200
GET  reading.listing              in   403   403     403       403     403    403      200    403   403  403       403
GET  reading.page                 in   403   403     403       403     403    403      404    403   403  403       403
GET  reading.invite               in   403   403     200       404     403    404      403    403   403  403       403
POST reading.invite              401   403   403     422       404     403    404      403    403   403  403       403
POST reading.end                 401   403   403     404       404     403    404      403    403   403  403       403
GET  reading.invited              in   403   403     403       403     403    200      403    403   403  403       403
POST reading.end_any             401   403   403     403       403     403    404      403    403   403  403       403
GET  recordings.listing           in   403   403     200       200     403    200      403    403   403  403       200
GET  recordings.page              in   403   403     200       404     403    200      403    403   403  403       200
POST recordings.page             401   403   403     409       404     403    409      403    403   403  403       409
GET  recordings.file              in   403   403     403       404     403    403      403    403   403  403       403
PUT  recordings.piece            401   403   403     201       404     403    404      403    403   403  403       403
POST recordings.gap              401   403   403     204       404     403    404      403    403   403  403       403
POST recordings.decide           401   403   403     303       404     403    404      403    403   403  403       403
GET  room.page                    in   200   404     403       403     403    403      403    403   403  403       403
GET  room.ahead                   in   204   404     403       403     403    403      403    403   403  403       403
GET  room.status                  in   200   404     403       403     403    403      403    403   403  403       403
GET  room.frame                   in   200   404     403       403     403    403      403    403   403  403       403
GET  room.messages                in   200   404     200       404     403    404      403    403   403  403       403
POST call_backs.ask              401   303   404     303       404     403    404      403    403   403  403       403
POST call_backs.settle           401   403   403     303       404     403    404      403    403   403  403       403
POST room.say                    401   303   404     303       404     403    404      403    403   403  403       403
POST sealed.find                 401   403   403     422       422     403    422      403    403   403  403       403
GET  sealed.find                  in   403   403     200       200     403    200      403    403   403  403       403
GET  sealed.page                  in   403   403     404       404     403    200      403    403   403  403       403
POST sealed.identity             401   403   403     404       404     403    200      403    403   403  403       403
GET  sealed.file                  in   403   403     404       404     403    200      403    403   403  403       403
POST sealed.file                 401   403   403     404       404     403    200      403    403   403  403       403
GET  sign_in.phone               200   200   200     200       200     200    200      200    200   200  200       200
POST sign_in.phone               422   422   422     422       422     422    422      422    422   422  422       422
GET  sign_in.code                302   302   302     302       302     302    302      302    302   302  302       302
POST sign_in.code                302   302   302     302       302     302    302      302    302   302  302       302
POST sign_in.resend              303   303   303     303       303     303    303      303    303   303  303       303
GET  sign_in.staff_login         200   200   200     200       200     200    200      200    200   200  200       200
POST sign_in.staff_login         422   422   422     422       422     422    422      422    422   422  422       422
GET  sign_in.new_password        200   200   200     200       200     200    200      200    200   200  200       200
POST sign_in.new_password        422   422   422     422       422     422    422      422    422   422  422       422
GET  sign_in.electronic          404   404   404     404       404     404    404      404    404   404  404       404
GET  sign_in.electronic_link      in   404   404     403       403     403    403      403    403   403  403       403
GET  sign_in.electronic_move       in   404   404     403       403     403    403      403    403   403  403       403
GET  sign_in.electronic_back     404   404   404     404       404     404    404      404    404   404  404       404
GET  sign_in.electronic_phone    404   404   404     404       404     404    404      404    404   404  404       404
POST sign_in.electronic_phone    404   404   404     404       404     404    404      404    404   404  404       404
GET  sign_in.electronic_code     404   404   404     404       404     404    404      404    404   404  404       404
POST sign_in.electronic_code     404   404   404     404       404     404    404      404    404   404  404       404
POST sign_in.logout              303   303   303     303       303     303    303      303    303   303  303       303
POST staff_mail.address          401   403   403     403       403     403    403      403    303   403  303       403
POST staff_mail.send_mail_code   401   403   403     403       403     403    403      403    422   403  422       403
POST staff_mail.confirm_mail     401   403   403     403       403     403    403      403    422   403  422       403
GET  ticket.pdf                   in   200   404     403       403     403    403      403    403   403  403       403
GET  ticket.ics                   in   200   404     403       403     403    403      403    403   403  403       403
GET  ticket.change                in   200   404     403       403     403    403      403    403   403  403       403
POST ticket.change               401   303   404     403       403     403    403      403    403   403  403       403
GET  ticket.cancel                in   200   404     403       403     403    403      403    403   403  403       403
POST ticket.cancel               401   303   404     403       403     403    403      403    403   403  403       403
GET  told.listing                 in   403   403     200       200     403    200      403    403   403  403       403
GET  told.page                    in   403   403     200       200     403    200      403    403   403  403       403
POST told.take                   401   403   403     409       303     403    409      403    403   403  403       403
POST told.give_back              401   403   403     303       303     403    303      403    403   403  403       403
POST told.write                  401   403   403     409       303     403    409      403    403   403  403       403
POST told.note                   401   403   403     409       409     403    409      403    403   403  403       403
GET  told.file                    in   403   403     409       200     403    409      403    403   403  403       403
GET  tracking.page               200   200   200     200       200     200    200      200    200   200  200       200
POST tracking.page               422   422   422     422       422     422    422      422    422   422  422       422
GET  tracking.code               302   302   302     302       302     302    302      302    302   302  302       302
POST tracking.code               302   302   302     302       302     302    302      302    302   302  302       302
GET  tracking.case               302   302   302     302       302     302    302      302    302   302  302       302
POST tracking.close              303   303   303     303       303     303    303      303    303   303  303       303
GET  visit_records.page           in   403   403     404       200     403    200      403    403   403  403       403
POST visit_records.open_minutes  401   403   403     404       200     403    200      403    403   403  403       403
GET  waiting.page                 in   200   404     403       403     403    403      403    403   403  403       403
GET  waiting.wait                 in   200   404     403       403     403    403      403    403   403  403       403
POST waiting.act                 401   303   404     403       403     403    403      403    403   403  403       403
"""

HEAD, *LINES = [line.split() for line in TABLE.strip().splitlines()]
ROWS = {(method, endpoint): dict(zip(HEAD, expected, strict=True)) for method, endpoint, *expected in LINES}


@pytest.fixture
def everyone(scene: Scene) -> dict[str, Account | None]:
    """One person for each column; rights at a desk alone open no door."""
    scene.receive()
    drafts.keep(scene.citizen.id, people.DRAFT, people.ANSWERS, now=scene.now)
    _desk, elsewhere = people.an_open_desk(scene.now)
    return {
        "nobody": None,
        "owner": scene.citizen,
        "other": people.a_citizen(),
        "officer": scene.officer,
        "elsewhere": accounts.staff_account(elsewhere.account_id or 0),
        "no_desk": people.staff(Role.OFFICER),
        "leader": people.staff(Role.LEADER, desk_rights=True),
        "advisory": people.staff(Role.ADVISORY, desk_rights=True),
        "bridge": people.staff(Role.BRIDGE, desk_rights=True, point=people.point_of(scene.sitting).id),
        "admin": people.staff(Role.ADMIN, desk_rights=True),
        "data": people.staff(Role.DATA_PROTECTION, desk_rights=True),
        "inspector": people.staff(Role.INSPECTOR, desk_rights=True),
    }


def helped_at_point(scene: Scene) -> tuple[dict[str, object], dict[str, object]]:
    """Somebody whose page is open at the bridge point with a petition of theirs, and a place there."""
    point, person = people.point_of(scene.sitting).id, people.a_citizen()
    petition = people.a_petition(person, scene.now, paper_number="001158000999")
    by = bridge(people.staff(Role.BRIDGE, point=point).id)
    [help] = people_at_point.find("001158000999", by=by, now=scene.now).helps
    about: dict[str, Any] = {"by": by, "now": scene.now, "key": people.key()}
    other = people.a_petition(people.a_citizen(), scene.now)
    visit = reception.take_number(other.id, scene.sitting.id, bridge_point_id=point, **about)
    return {"code": help.code, "petition": petition.code}, {"code": visit.code}


OF_PETITION = (
    "page",
    "send",
    "listing",
    "content",
    "mark",
    "remove",
    "issue",
    "receipt",
    "proof_places",
    "proof",
)


def an_ended_visit(scene: Scene, held_by: Account | None) -> Visit:
    """One that another officer has closed."""
    desk = desks.held_by(held_by.id if held_by else 0)
    assert held_by is not None and desk is not None
    visit, person = people.a_waiting_visit(scene.sitting, scene.now)
    by, about = officer(held_by.id), {"now": scene.now}
    reception.call(visit.id, desk.id, by=by, key=people.key(), **about)
    reception.enter_room(visit.id, by=person, **about)
    return reception.close(
        visit.id, OutcomeKind.ANSWERED, None, "Đã trả lời.", by=by, key=people.key(), **about
    )


def kept_evidence(scene: Scene) -> Evidence:
    """A file that came with the petition and stands in its receipt."""
    place, by = evidence.place_of_petition(scene.petition), citizen(scene.citizen.id)
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": by, "now": scene.now}
    photo = files.photo()
    found = evidence.take(place, Begun("so-do.jpg", len(photo)), photo, key=people.key(), **about)
    evidence.issue(scene.petition.id, by=by, now=scene.now)
    return found


def arriving_evidence(scene: Scene) -> Evidence:
    """A file of ten bytes of which none has arrived."""
    place, by = evidence.place_of_petition(scene.petition), citizen(scene.citizen.id)
    return evidence.begin(place, Begun("don.pdf", 10), by=by, now=scene.now, key=people.key())


def a_sealed_file(scene: Scene) -> dict[str, object]:
    """A denunciation that no officer has received, and a file of it."""
    waits = a_denouncer_waits(scene.sitting, scene.now)
    petition = db.session.get_one(Visit, waits.id).petition
    place, by = evidence.place_of_petition(petition), citizen(petition.account_id)
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": by, "now": scene.now}
    photo = files.photo()
    found = evidence.take(place, Begun("giay.jpg", len(photo)), photo, key=people.key(), **about)
    return {"code": petition.code, "file": found.code}


def told_by_voice(scene: Scene) -> dict[str, object]:
    """What somebody told instead of writing, and no officer has written down."""
    person = people.a_citizen()
    petition = people.a_petition(person, scene.now, told=Telling.VOICE, narrative="")
    place, by, content = evidence.place_of_petition(petition), citizen(person.id), files.told(4)
    about: dict[str, Any] = {"store": objects, "inspect": inspection.inspect, "by": by, "now": scene.now}
    found = evidence.take(place, Begun("Lời kể", len(content), 4_000), content, key=people.key(), **about)
    return {"code": petition.code, "file": found.code}


@pytest.fixture
def address(app: Flask, scene: Scene, everyone: dict[str, Account | None]) -> Callable[[str], str]:
    """The address of an endpoint, for the things that the owner and the officer have."""
    spare = people.staff(Role.ADVISORY)
    waiting, _ = people.a_waiting_visit(scene.sitting, scene.now, scene.citizen)
    (_invited, link), (at_door, opened) = (an_invitation(scene) for _ in range(2))
    participants.open_link(opened, now=scene.now, key=people.key())
    mine = {"code": scene.petition.code, "file": kept_evidence(scene).code, "form": "whole", "number": 1}
    mine["proof"] = "mandate"
    somebody = citizen(people.a_citizen().id)
    asked = data_requests.ask("Xóa địa chỉ.", by=somebody, now=scene.now, key=people.key())
    of_sealed, of_told = a_sealed_file(scene), told_by_voice(scene)
    booked, _by = people.a_booked_visit(
        people.a_sitting_to_book(scene.now), now=scene.now, account=scene.citizen
    )
    over = {"code": an_ended_visit(scene, everyone["elsewhere"]).code}
    wanted = place_requests.ask(
        people.a_petition(scene.citizen, scene.now).id,
        place_requests.Wish("2", None, "Tôi 78 tuổi, đi lại khó."),
        by=citizen(scene.citizen.id),
        now=scene.now,
        key=people.key(),
    )
    of_wanted = {"code": db.session.get_one(Petition, wanted.petition_id).code, "request_code": wanted.code}
    helped = helped_at_point(scene)
    special: dict[str, dict[str, object]] = {
        **{f"bridge.{name}": helped[0] for name in ("person", "write", "read", "book", "receipt")},
        **{f"bridge.{name}": helped[1] for name in ("place", "ticket", "change", "cancel", "hand_over")},
        **{f"visit_records.{name}": over for name in ("page", "open_minutes")},
        "petition.ask_place": {"code": people.a_petition(scene.citizen, scene.now).code},
        "petition.withdraw_place": of_wanted,
        "place_requests.page": {"code": wanted.code},
        **{f"ticket.{name}": {"code": booked.code} for name in ("pdf", "ics", "change", "cancel")},
        "desk.priority": {"code": waiting.code},
        **{f"sealed.{name}": of_sealed for name in ("page", "identity", "file")},
        **{f"told.{name}": of_told for name in ("page", "take", "give_back", "write", "file")},
        "told.note": of_told | {"what": "read_back"},
        "attachments.put_piece": {"number": 1},
        "guest.open_link": {"token": link},
        "people.act": {"participant": at_door.code, "action": "admit"},
        "people.whole_room": {"action": "mute"},
        "desk.note_statement": {"what": "read_back"},
        "petition.answer_statement": {"code": scene.petition.code},
        "desk.proof_seen": {"proof": "mandate"},
        "desk.act": {"action": "call", "code": waiting.code},
        "desk.gate": {"code": a_denouncer_waits(scene.sitting, scene.now).code},
        "waiting.act": {"action": "step-out", "code": waiting.code},
        "data_requests.page": {"code": asked.code},
        "my_data.download": {"kind": "json"},
        "my_data.correct_paper": {"code": scene.petition.code},
        "petition.page": {"code": scene.petition.code},
        "petition.receipt": {"code": scene.petition.code},
        "petition.receipt_pdf": {"code": scene.petition.code},
        "petition.book": {"code": people.a_petition(scene.citizen, scene.now).code},
        "petition.add": {"code": people.a_petition(scene.citizen, scene.now).code},
        "petition.withdraw": {"code": people.a_petition(scene.citizen, scene.now).code},
        "petition.step": {"name": "kind"},
        **{f"evidence.{name}": mine for name in OF_PETITION},
        **{f"tus.{name}": mine for name in ("create", "append", "terminate")},
        "evidence.content_for_officer": {"file": mine["file"], "form": "whole"},
        "evidence.open_sealed": {"file": mine["file"]},
        "evidence.seal": {"file": mine["file"]},
        "evidence.receipt_for_officer": {"number": 1},
        "reading.page": {"code": scene.petition.code},
        "board.at_point": {"point": people.point_of(scene.sitting).id},
        "board.of_sitting": {"sitting": scene.sitting.id},
        "public.language": {"code": "vi"},
        "sign_in.new_password": {"token": accounts.make_reset_link(spare.id, by=SYSTEM, now=scene.now)},
    }
    pdf, by = b"%PDF-1.7\n", citizen(scene.citizen.id)
    about: dict[str, Any] = {"by": by, "now": scene.now, "key": people.key()}
    told = Announced(AttachmentKind.FILE, len(pdf), hashlib.sha256(pdf).hexdigest())

    def voice() -> str:
        sound = b"".join(media.take(seconds=1, pieces=1, picture=False))
        spoken = Announced(AttachmentKind.VOICE, len(sound), hashlib.sha256(sound).hexdigest(), 1000)
        code = attachments.begin(scene.visit.id, spoken, **about | {"key": people.key()}).code
        in_store: dict[str, Any] = {"store": objects, "by": by, "now": scene.now}
        attachments.put_piece(scene.visit.id, code, 1, sound, **in_store)
        attachments.finish(scene.visit.id, code, look=inspection.for_chat, **in_store)
        return code

    def attachment(endpoint: str) -> str:
        if endpoint == "attachments.voice_as_mp3":
            return voice()
        if endpoint != "attachments.content":
            return attachments.begin(scene.visit.id, told, **about).code
        message = attachments.send(
            scene.visit.id, pdf, "qd.pdf", store=objects, look=inspection.for_chat, **about
        )
        return db.session.query(Attachment).filter_by(message_id=message.id).one().code

    owed = call_backs.ask(scene.visit.id, by=citizen(scene.citizen.id), now=scene.now, key=people.key())
    usual = {
        "call_back_id": owed.id,
        "notification_id": 999_999,
        "day": "2027-02-11",
        "sitting_id": scene.sitting.id,
        "point_id": people.point_of(scene.sitting).id,
        "task": "test",
        "frame_id": 999_999,
        "template_id": 999_999,
        "account_id": spare.id,
        "code": scene.code,
        "size": "big",
        "take": "take-0001",
        "number": 0,
        "version": 1,
        "reader_id": 999_999,
        "draft": people.DRAFT,
        "decision": "go_on",
    }

    def find(endpoint: str) -> str:
        if endpoint.startswith("told.") and endpoint != "told.page":
            holder = officer((everyone["elsewhere"] or scene.officer).id)
            statement_tasks.take(str(of_told["code"]), by=holder, now=scene.now)
        needed = next(app.url_map.iter_rules(endpoint)).arguments
        values = usual | special.get(endpoint, {})
        if "attachment" in needed:
            values["attachment"] = attachment(endpoint)
        if endpoint == "tus.append":
            values["file"] = arriving_evidence(scene).code
        with app.test_request_context():
            return url_for(endpoint, **{name: values[name] for name in needed})

    return find


def _last_slot() -> str:
    frame = db.session.query(SittingFrame).one()
    at = people.slots_of(frame.sitting)[-1]
    return f"{frame.sitting_id}-{int(at.timestamp() // 60)}"


def _form(endpoint: str, scene: Scene, who: str) -> dict[str, object]:
    """What a person sends there."""
    name = {"full_name": "Trần Quốc Bảo", "roles": "officer"}
    forms: dict[str, dict[str, object]] = {
        "admin_accounts.create": name | {"username": "moi.vao"},
        "admin_accounts.edit": name,
        "desk.save_minutes": {"body": "Ông Lành trình bày.", "base": "0"},
        "desk.write_statement": {"statement": "Ông Lành trình bày việc đất bị đo thiếu.", "base": "0"},
        "desk.note_statement": {"base": "1"},
        "told.write": {"statement": "Bà Mận trình bày việc đất bị đo thiếu.", "base": "0"},
        "told.note": {"base": "1"},
        "sealed.find": {"code": "không phải mã"},
        "sealed.identity": {"reason": "Cần liên hệ để xác minh."},
        "sealed.file": {"reason": "Đối chiếu chữ viết tay."},
        "petition.answer_statement": {"answer": "confirmed", "version": "1"},
        "desk.close_visit": {"outcome": "answered", "explanation": "Đã trả lời."},
        "desk.papers": {"paper_kind": "citizen_card", "paper_number": "001062012345"},
        "bridge.book": {"sitting": scene.sitting.id, "slot": "now"},
        "bridge.seen": {"visit": scene.code, "paper_kind": "citizen_card", "paper_number": "001062012345"},
        "desk.identity": {"reason": "Cần liên hệ để xác minh."},
        "call_backs.settle": {"reached": "no"},
        "data_requests.page": {"answer": "refused", "kept_because": "register", "words": "Sổ phải lưu."},
        "my_data.ask_deletion": {"wish": "Xóa địa chỉ."},
        "ratings.rate": {"score": "5"},
        "desk.priority": {"priority": "y", "reason": "Đã xem giấy tờ."},
        "ticket.change": {"place": "home", "slot": _last_slot()},
        "desk.gate": {"online": "yes", "reason": "Việc phức tạp."},
        "preparation.receive": {f"p{people.point_of(scene.sitting).id}-reason": "Hai đầu đã thấy nhau."},
        "people.hand": {"up": "yes"},
        "people.invite": {"role": "leader", "name": "Phạm Quốc Việt", "holds": "60"},
        "petition.step": {"kind": "feedback"},
        "petition.add": {"body": "Tôi gửi thêm một ý."},
        "petition.withdraw": {"reason": "Đã được giải quyết."},
        "petition.ask_place": {"place": "home", "ground": "2", "reason": "Tôi 78 tuổi, đi lại khó."},
        "place_requests.propose": {"place": "home", "ground": "2", "reason": "Ông 78 tuổi, đi lại khó."},
        "petition.book": {"place": "home", "sitting": scene.sitting.id, "slot": "now"},
        "recordings.page": {"reason": "Nghe lại để hoàn chỉnh biên bản."},
        "recordings.gap": {"kind": "sound", "reason": "silent", "ago": "5000"},
        "room.say": {"body": "Chào anh/chị."},
        "evidence.open_sealed": {"reason": "Đối chiếu chữ viết tay."},
        "evidence.send": {"files": (io.BytesIO(files.pdf()), "quyet-dinh.pdf")},
        "attachments.begin": {"kind": "file", "size": "9", "sha256": "0" * 64},
        "attachments.put_piece": {"": b"%PDF-1.7\n"},
        "attachments.send": {"file": (io.BytesIO(b"%PDF-1.7 quyet dinh"), "quyet-dinh.pdf")},
        "sign_in.phone": {"phone": "113"},
        "sign_in.staff_login": {"username": f"khong-co-{who}", "password": "sai"},
        "sign_in.new_password": {"password": "ngan"},
    }
    return {"key": people.key()} | forms.get(endpoint, {})


def _asked_together() -> dict[str, list[tuple[str, str]]]:
    """What only looks is asked for in one scene with the rest of its kind; what writes has a scene of its own."""
    together: dict[str, list[tuple[str, str]]] = {}
    for method, endpoint in ROWS:
        name = f"GET-{endpoint.split('.')[0]}" if method == "GET" else f"{method}-{endpoint}"
        together.setdefault(name, []).append((method, endpoint))
    return together


@pytest.mark.parametrize("rows", (_asked := _asked_together()).values(), ids=_asked)
def test_each_person_gets_the_answer_of_the_table(
    browser: Callable[..., Browser],
    scene: Scene,
    everyone: dict[str, Account | None],
    address: Callable[[str], str],
    rows: list[tuple[str, str]],
) -> None:
    free = people.a_desk().id
    persons = {who: browser(account) for who, account in everyone.items()}
    told = {}
    for method, endpoint in rows:
        path = address(endpoint)
        # Whoever is refused goes first: what the others do must not be why.
        in_order = sorted(ROWS[method, endpoint].items(), key=lambda cell: cell[1] < "400")
        told[method, endpoint] = {
            who: _verdict(
                _asks(persons[who], method, endpoint, path, _form(endpoint, scene, who) | {"desk": free}),
                path,
            )
            for who, _expected in in_order
        }
    assert told == {row: ROWS[row] for row in rows}


def _asks(person: Browser, method: str, endpoint: str, path: str, form: dict[str, object]) -> TestResponse:
    if endpoint == "recordings.piece":
        return person.put(f"{path}?began=5000&ended=0", b"a piece", "video/webm")
    if endpoint.startswith("tus."):
        return _by_tus(person, method, path)
    return person.get(path) if method == "GET" else person.send(method, path, form)


def _by_tus(person: Browser, method: str, path: str) -> TestResponse:
    client = Tus(person, path)
    if method == "POST":
        return client.create(10)
    return client.patch(path, 0, b"x") if method == "PATCH" else client.ask(method, path)


def _verdict(answer: TestResponse, path: str) -> str:
    there = urlsplit(answer.location or "")
    staff = path.startswith(STAFF_PATHS)
    signs_in = there.path == ("/staff/login" if staff else "/login")
    if answer.status_code == 302 and signs_in and parse_qs(there.query).get("next") == [path]:
        return "in"
    return str(answer.status_code)


def test_the_table_has_every_address_and_no_other(app: Flask) -> None:
    declared = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in STATIC_ENDPOINTS
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert declared == set(ROWS)


@pytest.mark.parametrize("role", [None, *Role])
def test_an_address_that_declares_no_permission_is_refused_to_everyone(
    settings: Settings, role: Role | None
) -> None:
    app = create_app(settings)
    app.add_url_rule("/forgotten", "forgotten", lambda: "never read")
    with app.app_context():
        account = None if role is None else people.staff(role, desk_rights=True)
        answer = Browser(app, account).get("/forgotten")
        db.session.remove()
        db.engine.dispose()
    assert (answer.status_code, "never read" in answer.text) == (403, False)
