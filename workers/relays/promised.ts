import { endDelivery } from '../../commands/notifications.ts'
import { MAIL, mailId } from '../../contracts/mail.ts'
import { notificationId } from '../../contracts/notification.ts'
import { phoneCodeId } from '../../contracts/phone-code.ts'
import { taskQueue } from '../../contracts/queues.ts'
import { claimUnsettledAccountMails, promiseAccountMailAgain, settleAccountMail } from '../../db/auth/account-mails.ts'
import { claimOpenDeliveries, promiseDeliveryAgain, type OpenNotification } from '../../db/notifications/deliveries.ts'
import { claimUnsettledInvitations, settleInvitation, type UnsettledInvitation } from '../../db/scenarios/shares.ts'
import { claimUnsentPhoneCodes, promisePhoneCodeAgain } from '../../db/users/phone-codes.ts'
import { hasEnded } from '../../temporal/executions.ts'
import { ownedBy, startOnce } from '../../temporal/start.ts'
import type { ServiceDeps } from '../services/service.ts'
import { lookUp, runLookingAfter, type LookedAfter } from './look-after.ts'

/** The account mails of `auth`. */
export const accountMails = ({ db }: Pick<ServiceDeps<'auth'>, 'db'>): LookedAfter<{ readonly id: string }> => ({
  name: 'account mails',
  claim: (limit) => claimUnsettledAccountMails(db, limit),
  workflowId: ({ id }) => mailId(id),
  lost: ({ id }) => promiseAccountMailAgain(db, id),
  ended: ({ id }) => settleAccountMail(db, id),
})

/** The codes of `users`: those that went out are known by their hash. */
export const phoneCodes = ({ db }: Pick<ServiceDeps<'users'>, 'db'>): LookedAfter<{ readonly id: string }> => ({
  name: 'phone codes',
  claim: (limit) => claimUnsentPhoneCodes(db, limit),
  workflowId: ({ id }) => phoneCodeId(id),
  lost: ({ id }) => promisePhoneCodeAgain(db, id),
  // Its time to be sent is over soon, and so is the row's.
  ended: () => Promise.resolve(),
})

/** The deliveries of `notifications`. */
export const deliveries = ({ db }: Pick<ServiceDeps<'notifications'>, 'db'>): LookedAfter<OpenNotification> => ({
  name: 'deliveries',
  claim: (limit) => claimOpenDeliveries(db, limit),
  workflowId: ({ id }) => notificationId(id),
  lost: ({ id }) => promiseDeliveryAgain(db, id),
  // Somebody terminated it, or it failed: nobody brings these any more.
  ended: ({ id, channels }) =>
    db.transaction().execute(async (trx) => {
      for (const channel of channels) await endDelivery(trx, [id], channel, 'failed', 'given_up')
    }),
})

/** The mails of invitations, which the workflow of their sharing starts without a row that promises it. */
export const invitations = ({
  db,
  client,
  config,
}: Pick<ServiceDeps<'scenarios'>, 'db' | 'client' | 'config'>): LookedAfter<UnsettledInvitation> => ({
  name: 'invitations',
  claim: (limit) => claimUnsettledInvitations(db, limit),
  workflowId: ({ id }) => mailId(id),
  lost: async ({ id, created_by, operation_id }) => {
    const sharing = operation_id === null ? undefined : await lookUp(client, operation_id)
    // It is about to start it itself, and would fail at one that is there.
    if (sharing && !hasEnded(sharing)) return
    await startOnce(client, MAIL, {
      workflowId: mailId(id),
      taskQueue: taskQueue('notifications', config.TASK_QUEUE_SUFFIX),
      args: [{ share_id: id }],
      staticSummary: 'invitation',
      typedSearchAttributes: ownedBy('sharing', created_by),
    })
  },
  ended: ({ id }) => settleInvitation(db, id),
})

export const lookAfterAccountMails = (deps: ServiceDeps<'auth'>) => runLookingAfter(accountMails(deps), deps)
export const lookAfterPhoneCodes = (deps: ServiceDeps<'users'>) => runLookingAfter(phoneCodes(deps), deps)
export const lookAfterDeliveries = (deps: ServiceDeps<'notifications'>) => runLookingAfter(deliveries(deps), deps)
export const lookAfterInvitations = (deps: ServiceDeps<'scenarios'>) => runLookingAfter(invitations(deps), deps)
