/** A question as it is sent. */
export type SentQuestion = {
  readonly action: string;
  readonly resource_type: string;
  readonly resource_id: string;
  readonly actor: {
    readonly user_id: string;
    readonly member_id: string;
    readonly user_member_id: string;
    readonly space_id: string;
  };
};
