/** The client of a Holdfast server for browsers, Node, React Native and edge runtimes. Needs nothing but `fetch`. */
export type {
  Action,
  ActionPermission,
  AuthProviderInfo,
  ChangeLogState,
  ChannelDefinition,
  ChannelMember,
  ChannelRule,
  CollectionDefinition,
  CollectionPermissions,
  CountMode,
  DeliveryAttempt,
  DeliveryState,
  ErrorCode,
  ErrorItem,
  ExplainRequest,
  Explanation,
  ExportFormat,
  FactorInfo,
  FieldChange,
  FieldDefinition,
  IdentityInfo,
  JobInfo,
  JobSchedule,
  JobState,
  Json,
  MatchMeta,
  MfaFactorKind,
  MfaState,
  NewTotp,
  OwnTeam,
  Page,
  PageMeta,
  PasskeyInfo,
  PasswordStrength,
  RecordVersion,
  ResendRange,
  RestoreResult,
  RuleDefinition,
  SchemaPlan,
  SessionDevice,
  SessionInfo,
  TeamInvite,
  TeamMember,
  TrashedRecord,
  Webhook,
  WebhookChange,
  WebhookDefinition,
  WebhookDelivery,
  WebhookEvent,
  WebhookPayload,
  WebhookWithSecret,
} from '@holdfast/contract'
export type { AggregateInput, AggregateRow, GroupName } from './aggregate.js'
export type { AccountClient, StepUpProof } from './auth/account.js'
export type { AuthClient, Credentials } from './auth/auth.js'
export type { MfaClient } from './auth/mfa.js'
export type { PasskeysClient } from './auth/passkeys.js'
export type { ProvidersClient, RedirectOptions } from './auth/providers.js'
export type { AuthEvent, AuthListener, AuthSession } from './auth/session.js'
export { SecondFactorRequired, VerificationPending } from './auth/sign-in.js'
export { memoryStorage, type TokenStorage } from './auth/token-storage.js'
export type { Batch, BatchCollection, BatchOptions, Pending, Results } from './batch.js'
export { type Client, type ClientOptions, createClient, type ProfileOf, type UserOf } from './client.js'
export type { CollectionClient } from './collection.js'
export { HoldfastError, NetworkError } from './errors.js'
export type { Filter } from './filter.js'
export type { Version, VersionQuery, VersionsQuery } from './history.js'
export type { ImportReport } from './import.js'
export { type ExpandMeta, expandMetaOf, matchOf } from './meta.js'
export { Permissions } from './permissions.js'
export type {
  ExpandInput,
  ExpandManyOptions,
  ExpandOptions,
  ExportQuery,
  FirstQuery,
  GetQuery,
  ListQuery,
  MinimalWrite,
  NoExpand,
  PastQuery,
  RecordQuery,
  Result,
  SortKey,
  WriteOptions,
  WriteQuery,
} from './query.js'
export type { Channel, ChannelHandlers, ReceivedMessage } from './realtime/channel.js'
export type { LiveQuery, SubscribeQuery } from './realtime/query.js'
export type { RealtimeStatus, WebSocketClass } from './realtime/socket.js'
export type { RecordEvent } from './realtime/subscription.js'
export type {
  CollectionName,
  CollectionTypes,
  CreateOf,
  GeoPoint,
  RecordOf,
  SchemaShape,
  SystemFields,
  UntypedFields,
  UntypedRecord,
  UntypedSchema,
  UpdateOf,
} from './schema.js'
export type { TeamsClient } from './teams.js'
export type { CallOptions, PageOptions, Send, SendOptions } from './transport.js'
export type { Trash, TrashQuery } from './trash.js'
export type { CreateInput, UpdateInput } from './write.js'
