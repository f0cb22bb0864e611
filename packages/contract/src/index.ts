/** What crosses the wire: server, console, SDK and CLI agree here. Types and constants, no dependencies. */

export type { EnvironmentSetting, MfaChallenge, MfaFactorKind, SettingsSection, SignInResult } from './auth.js'
export type { BackupDetails, BackupInfo, RestoredCollection, RestoreReport, RestoreRequest } from './backups.js'
export type { BotCheckInfo } from './bot-check.js'
export type { ChangeLogConsumer, ChangeLogSegment, ChangeLogState, ChangeTail, LoggedChange } from './change-log.js'
export type {
  LdapSignInRequest,
  OidcClient,
  OidcClientDefinition,
  OidcClientWithSecret,
  OidcScope,
  SigningKeyInfo,
  SigningKeyRotation,
} from './company.js'
export type { CookieSession, CsrfToken } from './cookie-mode.js'
export {
  type Action,
  actions,
  type ChangeLogLevel,
  type CollectionDefinition,
  type ConditionJson,
  changeLogLevels,
  type Erasure,
  erasures,
  type FieldDefinition,
  type FieldTypeName,
  fieldTypes,
  type IndexDefinition,
  type Json,
  type KeptFor,
  namePattern,
  type OnDelete,
  type PersonalData,
  type RuleDefinition,
  type RuleTest,
  type SearchLanguage,
  type SearchWeight,
  type SystemFieldName,
  searchLanguages,
  systemFields,
  type VectorMetric,
  vectorMetrics,
} from './definition.js'
export type { EmailChangeState, VerifyFirst } from './email.js'
export type {
  ActionPermission,
  ActionPreview,
  Aggregate,
  AggregateQuery,
  BatchOperation,
  BatchRequest,
  CollectionPermissions,
  Counted,
  CountMode,
  ExplainRequest,
  Explanation,
  FailedCondition,
  GroupBucket,
  ImportLine,
  MatchMeta,
  One,
  Page,
  PageMeta,
  PermissionPreview,
  PermissionPreviewRequest,
  PreviewedRecord,
  QueryAdvice,
  QueryPlan,
  RolePreview,
  RowChange,
  RuleTestReport,
  RuleTestRequest,
  RuleTestResult,
  SessionDevice,
  SessionInfo,
  TokenPair,
} from './envelopes.js'
export { type DeviceKind, deviceKinds } from './envelopes.js'
export { type ErrorCode, type ErrorItem, errorStatus, type Problem } from './errors.js'
export { type ExportFormat, exportFormats } from './export.js'
export type { FieldChange, RecordVersion, RestoreResult, TrashedRecord } from './history.js'
export type {
  AuthProviderInfo,
  AuthProviderTest,
  IdentityInfo,
  IdentityLinkStart,
  OAuthExchange,
  OAuthTokenSignIn,
  ProviderToken,
} from './identities.js'
export { type JobInfo, type JobSchedule, type JobState, jobStates } from './jobs.js'
export {
  type ApiKey,
  type ApiKeyChange,
  type ApiKeyKind,
  type ApiKeyLimits,
  type ApiKeyWithSecret,
  apiKeyKinds,
  type NewApiKey,
  type NewServiceAccount,
  type ServiceAccount,
} from './keys.js'
export { limits } from './limits.js'
export type {
  MailPreviewInput,
  MailTemplateDetails,
  MailTemplateInfo,
  MailTemplateInput,
  RenderedMailTemplate,
} from './mail-templates.js'
export type { FactorInfo, MfaState, NewTotp, RecoveryCodes } from './mfa.js'
export {
  type AuditEntry,
  type DatabaseFacts,
  type DatabaseSample,
  type LoggedRequest,
  type MetricsPoint,
  type MetricsSeries,
  type ObserveSummary,
  principalKinds,
  type RequestClass,
  requestClasses,
  type SlowStatement,
  type SlowStatements,
  type TableSize,
} from './observe.js'
export {
  type FieldOperator,
  fieldOperators,
  type LogicalOperator,
  logicalOperators,
  type UpdateOperator,
  updateOperators,
} from './operators.js'
export type { PasskeyAnswer, PasskeyCeremony, PasskeyInfo } from './passkeys.js'
export type { PasswordHint, PasswordStrength } from './passwords.js'
export {
  type AuthHook,
  authHooks,
  type ExportLine,
  type HookCall,
  type HookData,
  type PhoneMessage,
  type SignUpDecision,
  type TokenClaims,
} from './people.js'
export {
  type ChannelAction,
  type ChannelDefinition,
  type ChannelMember,
  type ChannelMessage,
  type ChannelRule,
  channelActions,
  type RealtimeEvent,
  type RealtimeEventType,
  type RealtimeReply,
  type RealtimeRequest,
  realtimeCloseCodes,
  realtimeEvents,
  type SubscribeRequest,
} from './realtime.js'
export type { SavedView, SavedViewChange, SavedViewDefinition } from './saved-views.js'
export type { SchemaApplyRequest, SchemaPlan, SchemaPlanRequest, SchemaStep } from './schema-change.js'
export type { SetupState } from './setup.js'
export {
  type NewTeamInvite,
  type NewTeamMember,
  type OwnTeam,
  type TeamInvite,
  type TeamMember,
  type TeamMemberChange,
  type TeamSwitch,
  type TeamSwitched,
  teamManagers,
  type UserTeam,
} from './teams.js'
export {
  type AdminUserChange,
  type AdminUserDetails,
  type AdminUserInfo,
  type ImpersonationLink,
  type ImpersonationLinkRequest,
  type ImpersonationRequest,
  type Invite,
  type NewAdminUser,
  type NewInvite,
  type RoleMembers,
  type UserMailKind,
  userMailKinds,
} from './users.js'
export {
  type DeliveryAttempt,
  type DeliveryState,
  deliveryStates,
  type ResendRange,
  type Webhook,
  type WebhookChange,
  type WebhookDefinition,
  type WebhookDelivery,
  type WebhookEvent,
  type WebhookPayload,
  type WebhookWithSecret,
  webhookEvents,
} from './webhooks.js'
