import { All, Controller } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { OpenToEverybody } from '@waybill/edge';

@Controller('npm/:repository/-')
export class TeamHttpController {
  @All(['team/*', 'org/:scope/team'])
  @OpenToEverybody('tells only that there are no teams')
  none(): never {
    throw new DomainError(
      'not-found',
      'npm.no-teams',
      'This registry has no teams; members of an organization have roles, and packages have owners.',
    );
  }
}
